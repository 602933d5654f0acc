/// The page of a report: plain HTML with its style, data and script inside, no network. Summary, curves, doubts and
/// failures are in the markup; the script makes table and gallery from the data.
enum ReportPage {
    static let template = PageResource.text(PackageResources.report_mustache)
}
