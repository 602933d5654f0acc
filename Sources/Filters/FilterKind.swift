/// The filters by the names that the command line and reports know.
public enum FilterKind: String, Sendable, CaseIterable {
    /// Bicubic interpolation, for upscaling.
    case bicubic
    /// Non-local means.
    case nlm
    /// Wavelet shrinkage.
    case bayes
    /// Block matching and collaborative filtering.
    case bm3d

    /// The filter with its standard parameters.
    ///
    /// - Throws: `FilterError.scale` where this filter does not upscale by `scale`.
    public func makeFilter(scale: Int = 1) throws(FilterError) -> any Filter {
        if case .bicubic = self { return try BicubicUpscaling(by: scale) }
        guard scale == 1 else { throw .scale(filter: rawValue, found: scale) }
        return switch self {
        case .bicubic, .nlm: NonLocalMeans()
        case .bayes: BayesShrink()
        case .bm3d: BlockMatching3D()
        }
    }

    /// One line for the command's help.
    public var summary: String {
        switch self {
        case .bicubic: "bicubic interpolation, for upscaling"
        case .nlm: "non-local means"
        case .bayes: "wavelet shrinkage (BayesShrink, undecimated)"
        case .bm3d: "BM3D, on colour pictures CBM3D"
        }
    }
}
