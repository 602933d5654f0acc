import Files
public import SystemPackage

/// The request to mend pictures before they are restored.
public struct MendingRequest: Sendable, Equatable {
    /// The masks of what is to be mended.
    public enum Masks: Sendable, Equatable {
        /// A network finds the damage.
        ///
        /// - Parameter sensitivity: 0...1, see `DamageFinder.Thresholds`.
        case found(sensitivity: Double)
        /// Masks lie in a folder, named like the pictures: of `a/b.tif` it is `a/b.tif.png` or else `a/b.png`.
        case folder(FilePath)
    }

    /// The sensitivity unless another one is asked for.
    public static let standardSensitivity = 0.5
    /// The share of a picture from which on mending it needs review.
    public static let reviewedShare = 0.15
    /// The share of a picture up to which it is mended at all: what is left would not tell what was there.
    public static let largestShare = 0.5
    /// The largest number of places that are looked at one by one.
    static let largestPieceCount = 1_000_000

    /// The masks.
    public var masks: Masks
    /// The folder that the masks in force are written to, as 8-bit PNG; nil where they are not.
    public var maskOutput: FilePath?

    /// The folder that masks are read from; nil where they are found.
    var maskInput: FilePath? { if case .folder(let folder) = masks { folder } else { nil } }

    /// Creates a request.
    public init(_ masks: Masks, maskOutput: FilePath? = nil) {
        self.masks = masks
        self.maskOutput = maskOutput
    }
}

/// The settings and the models that decide what is mended and how, as the ledger tells runs apart by them.
public struct MendingDigest: Encodable, Sendable {
    /// Nil where masks are given; these are told apart picture by picture.
    var sensitivity: Double?
    /// The digests of the weights.
    var models: [String]

    init(_ request: MendingRequest, _ method: MendingMethod) {
        if case .found(let sensitivity) = request.masks { self.sensitivity = sensitivity }
        models = method.digests
    }
}

extension BatchPlan {
    /// Returns the path of the mask that a picture was mended by; nil where none was written or given.
    public func mask(of picture: Picture) -> FilePath? {
        picture.mask ?? request.mending?.maskOutput.flatMap { picture.mask(in: $0, page: picture.page) }
    }

    /// Returns the digest of all that decides the outputs beside the weights of `model`, see `RunSettings.digest`.
    func settingsDigest(of model: BatchModel, mending: MendingMethod?) throws -> SHA256Digest {
        try request.settings.digest(
            roundedOperations: model.roundedOperations, greyModel: model.greyModelSHA256,
            mending: mending.flatMap { method in request.mending.map { MendingDigest($0, method) } })
    }
}

extension BatchPlan.Picture {
    /// Returns the names that the picture's mask may have, relative to its folder, the one that is written first:
    /// `a.tif.png`, `a.png`, of one of several pages `a.tif-p0001.png`, `a-p0001.png`.
    func maskNames(page: Int?) -> [FilePath] {
        guard let last = name.lastComponent else { return [] }
        let ending = Array((page.map(BatchPlan.mark(ofPage:)) ?? "").utf8) + Array(".png".utf8)
        return [last.bytes, last.stemBytes].compactMap { stem in
            FilePath.Component(bytes: stem + ending).map { name.removingLastComponent().appending($0) }
        }
    }

    /// Returns the path of the mask in `folder`; nil where there is none.
    func mask(in folder: FilePath, page: Int?) -> FilePath? {
        maskNames(page: page).map { folder.pushing($0) }.first { FileStamp.exists($0) }
    }
}
