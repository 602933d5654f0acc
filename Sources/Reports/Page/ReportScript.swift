import Files
import Foundation

/// The page's script: plain JavaScript, no library, in one function so that nothing of it is global.
///
/// Text from the data gets into the page by `textContent` and attributes alone, never as markup. The parts lie in
/// `Resources`: elements and figures, the table, the gallery with its sliders, all versions at full size, and what the
/// browser tests run where the page's address ends in `#self-test`.
enum ReportScript {
    /// The whole script.
    static let text = joined([
        PackageResources.page_js, PackageResources.table_js, PackageResources.gallery_js, PackageResources.zoom_js,
        PackageResources.self_test_js,
    ])

    /// Returns resources as one function.
    static func joined(_ parts: [[UInt8]]) -> String {
        "(function () {\n\"use strict\";\n" + parts.map(PageResource.text).joined() + "})();\n"
    }

    /// Returns a script's source for a content security policy: `sha256-` and the hash in base 64.
    static func policySource(of text: String = text) throws -> String {
        "sha256-" + Data(try SHA256Digest(of: Array(text.utf8)).bytes).base64EncodedString()
    }
}
