extension ReportPage {
    /// The style of all pages, light or dark by the reader's setting or by choice (`data-theme`); one column on a phone,
    /// where rows of the table become cards. `@dark` stands for the dark colours, which two rules set.
    static let style = PageResource.text(PackageResources.style_css)
        .replacing("@dark", with: PageResource.text(PackageResources.dark_css))

    /// The style of the gallery, its sliders and its versions at full size.
    static let galleryStyle = PageResource.text(PackageResources.gallery_css)
}
