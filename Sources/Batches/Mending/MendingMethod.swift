public import Networks
package import Restoration

/// The models that find damage and fill it, known by name and digest from the start, loaded only when there is work.
public struct MendingMethod: Sendable {
    /// The name of the model that finds damage.
    public static let finder = "1x-Damage-M"
    /// The name of the model that fills holes.
    public static let filler = "1x-Mend-M"

    /// The digests of the weights that decide what comes out, the finder's where one is in force.
    public let digests: [String]
    private let deferred: Deferred<Loaded>

    /// The loaded models.
    package struct Loaded: Sendable {
        /// Nil where masks are given.
        package var finder: DamageFinder?
        package var mender: Mender

        /// The multiply-adds for a pixel of a picture that has damage.
        var multiplyAddsPerPixel: Double {
            (finder?.multiplyAddsPerPixel ?? 0) + mender.multiplyAddsPerPixel
        }
    }

    /// Finds the models.
    ///
    /// - Parameter memoryLimit: the bytes that all workers of a run may use together.
    /// - Throws: `ModelFileError`.
    public init(
        _ request: MendingRequest, memoryLimit: Int, in library: ModelLibrary = .standard()
    ) throws {
        let filler = try FoundModel(named: Self.filler, scale: 1, in: library)
        var finder: FoundModel?
        if case .found = request.masks { finder = try FoundModel(named: Self.finder, scale: 1, in: library) }
        digests = try [finder, filler].compactMap { try $0?.checkedDigest() }
        let found = finder
        deferred = Deferred {
            Loaded(
                finder: try found.map { try DamageFinder($0.model(), memoryLimit: memoryLimit) },
                mender: try Mender(filler.model()))
        }
    }

    /// Returns the models, loaded if nobody asked for them before; whoever asks meanwhile waits.
    package func loaded() throws -> Loaded { try deferred.value() }
}
