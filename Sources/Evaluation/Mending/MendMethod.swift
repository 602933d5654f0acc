package import Filters
package import Imaging
package import Tensors
package import Workers

/// What finds damage in a picture, to be measured.
package protocol DamageFinder: Sendable {
    /// The name in tables.
    var name: String { get }

    /// Returns the damage mask of a picture of one or three channels, samples in 0...1.
    func mask(of image: PlanarImage, on worker: Worker) throws -> PixelMask
}

/// What fills damage, to be measured.
package protocol DamageFiller: Sendable {
    /// The name in tables.
    var name: String { get }

    /// Returns a picture of one or three channels with the set pixels of `mask` filled, all others as they are.
    func fill(_ image: PlanarImage, where mask: PixelMask, on worker: Worker) throws -> PlanarImage
}

extension DamageFiller where Self == ClassicalFiller {
    /// A classical method.
    package static func classical(_ kind: InpaintingKind) -> ClassicalFiller { ClassicalFiller(kind) }
}

/// A classical method that fills.
package struct ClassicalFiller: DamageFiller {
    private let kind: InpaintingKind

    package init(_ kind: InpaintingKind) { self.kind = kind }

    package var name: String { kind.rawValue }

    package func fill(_ image: PlanarImage, where mask: PixelMask, on worker: Worker) throws -> PlanarImage {
        try kind.method.filled(image, where: mask, sharing: worker.loop)
    }
}

/// A way to mend that is measured: where damage is taken to be, and what fills it.
package struct MendMethod: Sendable {
    /// What finds the damage; nil where the true mask is given.
    package var finder: (any DamageFinder)?
    /// What fills it; nil where nothing is filled.
    package var filler: (any DamageFiller)?

    /// Creates a method; by default the damaged picture stays as it is.
    package init(finder: (any DamageFinder)? = nil, filler: (any DamageFiller)? = nil) {
        (self.finder, self.filler) = (finder, filler)
    }

    /// The name in tables.
    package var name: String {
        let filling = filler?.name ?? "none"
        return finder.map { "\(filling) where \($0.name)" } ?? filling
    }
}
