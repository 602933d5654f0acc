public import Imaging
public import SystemPackage
public import Tensors

/// One thing that lies on a picture: how opaque it is where, and its colour.
public struct DamageLayer: Sendable {
    var patch: DamagePatch
    /// On 0...1; grey pictures get its luma.
    var colour: Colour
    /// The numbers that are added to all channels of the colour, for each pixel of the patch; none for a flat colour.
    var texture: [Float] = []
    /// True of long lines that the eye follows: they count as damage although they change little.
    var isLine = false
}

/// A step that lays damage on a picture, so that it is known which pixels are damaged.
public protocol DamageStep: CorruptionStep {
    /// Draws what is to be laid on a picture of this size, in order.
    ///
    /// - Throws: `CorruptionError` where a file that it takes shapes from cannot be used.
    func layers(
        height: Int, width: Int, random: inout some RandomNumbers
    ) throws(CorruptionError) -> [DamageLayer]
}

extension DamageStep {
    /// Writes `source` with the step's layers to `target`, which may be `source`.
    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let layers = try layers(height: source.height, width: source.width, random: &random)
        if target.base != source.base { target.copySamples(from: source) }
        for layer in layers { layer.lay(on: target) }
    }
}

extension DamageLayer {
    /// Lays the layer over the picture; what lies outside is cut off.
    func lay(on picture: PlanarView) {
        let (rows, columns) = shown(on: picture)
        let grey = 0.299 * colour.x + 0.587 * colour.y + 0.114 * colour.z
        for channel in 0..<picture.channels {
            let flat = picture.channels < 3 ? grey : colour[min(channel, 2)]
            for y in rows {
                let row = picture.row(channel, y)
                for x in columns {
                    let opacity = patch[y, x]
                    guard opacity > 0 else { continue }
                    let place = (y - patch.rows.lowerBound) * patch.columns.count + x - patch.columns.lowerBound
                    let here = texture.isEmpty ? flat : max(0, min(1, flat + texture[place]))
                    row[x] += (here - row[x]) * opacity
                }
            }
        }
    }

    fileprivate func shown(on picture: PlanarView) -> (rows: Range<Int>, columns: Range<Int>) {
        (patch.rows.clamped(to: 0..<picture.height), patch.columns.clamped(to: 0..<picture.width))
    }
}

/// The measure of what is damaged, in steps of 8-bit samples.
public enum DamageTruth {
    /// Above this opacity, of all layers together, a pixel may be damaged.
    public static let opacity: Float = 0.08
    /// A pixel is damaged where a channel has changed so many levels of 255 or more.
    public static let change: Float = 8
    /// The change that is enough where a long line lies.
    public static let lineChange: Float = 4

    /// Returns where `layers` have damaged `clean`, which they made `damaged`: 255 there, 0 elsewhere.
    static func mask(of layers: [DamageLayer], clean: PlanarView, damaged: PlanarView) -> PixelMask {
        let (height, width) = (clean.height, clean.width)
        var through = [Float](repeating: 1, count: height * width)
        var isLine = [Bool](repeating: false, count: height * width)
        for layer in layers {
            let (rows, columns) = layer.shown(on: clean)
            let least = layer.isLine ? layer.patch.peak / 2 : .infinity
            for y in rows {
                for x in columns {
                    let opacity = layer.patch[y, x]
                    through[y * width + x] *= 1 - opacity
                    if opacity > least { isLine[y * width + x] = true }
                }
            }
        }
        return PixelMask(height: height, width: width) { y, x in
            let (isOpaque, isLine) = (1 - through[y * width + x] > opacity, isLine[y * width + x])
            guard isOpaque || isLine else { return false }
            var largest: Float = 0
            for channel in 0..<clean.channels {
                func level(_ sample: Float) -> Float { (max(0, min(1, sample)) * 255 + 0.5).rounded(.down) }
                largest = max(
                    largest, abs(level(damaged.row(channel, y)[x]) - level(clean.row(channel, y)[x])))
            }
            return isOpaque && largest >= change || isLine && largest >= lineChange
        }
    }
}

extension Corruption {
    /// True where a step lays damage on the picture whose place is known.
    public var isDamage: Bool { steps.contains { $0 is any DamageStep } }

    /// The picture corrupted, as `applied(to:random:)` does it, and the true mask: where its steps of damage have laid
    /// something of an opacity above `DamageTruth.opacity` that changed a channel by `DamageTruth.change` or more.
    ///
    /// - Throws: `CorruptionError`; `.tooSmall` where the corruption changes the picture's size.
    public func damaged(
        _ image: PlanarImage, random: inout some RandomNumbers
    ) throws(CorruptionError) -> (image: PlanarImage, mask: PixelMask) {
        guard reduction == 1 else {
            throw .tooSmall(kind: description, width: image.width / reduction, height: image.height / reduction)
        }
        let current = PlanarImage(channels: image.channels, height: image.height, width: image.width)
        current.view.copySamples(from: image.view)
        var mask = PixelMask(height: image.height, width: image.width)
        for step in steps {
            guard let damage = step as? any DamageStep else {
                try step.apply(from: current.view, to: current.view, random: &random)
                continue
            }
            let before = current.cropped(top: 0, left: 0, height: image.height, width: image.width)
            let layers = try damage.layers(height: image.height, width: image.width, random: &random)
            for layer in layers { layer.lay(on: current.view) }
            mask = mask.union(DamageTruth.mask(of: layers, clean: before.view, damaged: current.view))
        }
        return (current, mask)
    }
    /// Returns the corruption with relative paths of files beginning in `folder`; its text stays as it is.
    public func readingFiles(in folder: FilePath) -> Corruption {
        Corruption(
            steps: steps.map { step in
                guard var dust = step as? Dust else { return step }
                dust.folder = folder
                return dust
            })
    }

    /// The files that the corruption reads.
    public var files: [FilePath] { steps.compactMap { ($0 as? Dust)?.outlinesPath } }
}
