package import Filters
package import Imaging
package import Tensors
package import Workers

/// A method that finds damage in a picture, to be measured.
package protocol DamageFinding: Sendable {
    /// The name in tables.
    var name: String { get }

    /// Returns the damage mask of a picture of one or three channels, samples in 0...1.
    func mask(of image: PlanarImage, on worker: Worker) throws -> PixelMask
}

/// A method that fills damage, to be measured.
package protocol DamageFilling: Sendable {
    /// The name in tables.
    var name: String { get }

    /// Returns a picture of one or three channels with the set pixels of `mask` filled, all others as they are.
    func fill(_ image: PlanarImage, where mask: PixelMask, on worker: Worker) throws -> PlanarImage
}

extension DamageFilling where Self == ClassicalFiller {
    /// A classical method.
    package static func classical(_ kind: InpaintingKind) -> ClassicalFiller { ClassicalFiller(kind) }
}

/// A classical method that fills.
package struct ClassicalFiller: DamageFilling {
    private let kind: InpaintingKind

    package init(_ kind: InpaintingKind) { self.kind = kind }

    package var name: String { kind.rawValue }

    package func fill(_ image: PlanarImage, where mask: PixelMask, on worker: Worker) throws -> PlanarImage {
        try kind.method.filled(image, where: mask, sharing: worker.loop)
    }
}

/// A way to mend that is measured: where damage is taken to be, and what fills it.
package struct MendMethod: Sendable {
    /// The method that finds the damage; nil where the true mask is given.
    package var finder: (any DamageFinding)?
    /// The method that fills it; nil where nothing is filled.
    package var filler: (any DamageFilling)?

    /// Creates a method; by default the damaged picture stays as it is.
    package init(finder: (any DamageFinding)? = nil, filler: (any DamageFilling)? = nil) {
        (self.finder, self.filler) = (finder, filler)
    }

    /// The name in tables.
    package var name: String {
        let filling = filler?.name ?? "none"
        return finder.map { "\(filling) where \($0.name)" } ?? filling
    }
}
