/// Damage of prints and film that is drawn from random numbers alone: so many pieces on a picture.
///
/// Lengths that follow the picture are shares of its shorter side; widths are pixels.
public protocol DrawnDamage: DamageStep {
    /// The number of pieces, 0 to 100: a fraction is the probability of one more.
    var level: Double { get }
    /// The name of the step.
    static var name: String { get }
    /// A description of what is drawn, for the command's help.
    static var summary: String { get }

    /// Creates the step with a number of pieces of 0 to 100.
    init(level: Double)

    /// Draws one piece.
    func piece(height: Int, width: Int, random: inout some RandomNumbers) -> [DamageLayer]
}

extension DrawnDamage {
    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(level: values.number("level")) }

    /// The grammar of the step: its level alone.
    public static var kind: CorruptionKind {
        CorruptionKind(
            name: name, summary: "\(summary), so many (0 to 100)",
            parameters: [.init(name: "level", form: .number(0...100), standard: "1")], example: "\(name):2")
    }

    /// The step's name and its level.
    public var description: String { "\(Self.name):\(CorruptionText.number(level))" }

    /// Draws all pieces, one after the other.
    public func layers(
        height: Int, width: Int, random: inout some RandomNumbers
    ) throws(CorruptionError) -> [DamageLayer] {
        guard height > 0, width > 0 else { return [] }
        var layers: [DamageLayer] = []
        for _ in 0..<random.wholeNumber(of: level) { layers += piece(height: height, width: width, random: &random) }
        return layers
    }
}

/// Cracks of a print, from edge to edge or within, with branches, flakes, and often a shadow beside.
public struct Crease: DrawnDamage {
    public var level: Double
    /// Creates the step with a number of pieces of 0 to 100.
    public init(level: Double) { self.level = level }
    public static let name = "crease"
    public static let summary = "creases and cracks of a print, with branches and flakes"

    public func piece(height: Int, width: Int, random: inout some RandomNumbers) -> [DamageLayer] {
        let place = DamagePlace(height: height, width: width)
        let side = place.side
        let look = DamageLook(.varied, faintest: 0.5, random: &random)
        var patch = DamagePatch(height: height, width: width)
        var flakes: [[DamagePoint]] = []
        func crack(from a: DamagePoint, to b: DamagePoint, width: Float, depth: Int, _ random: inout some RandomNumbers)
        {
            let path = DamagePaths.jagged(from: a, to: b, roughness: random.within(0.02, 0.15), random: &random)
            let least: Float = random.happens(0.3) ? -0.5 : 0.2
            let opacities = random.wandering(path.count, least, 1.6)
            patch.addLine(path, widths: random.wandering(path.count, 0.3 * width, width), opacities: opacities)
            for _ in 0..<random.occurrences(mean: min(20, Double(path.count) / 25)) {
                let radius = random.factor(1, 1.5 + 2.5 * Double(width))
                let middle = path[random.index(below: path.count)]
                flakes.append(DamagePaths.blot(around: middle, radius: radius, random: &random))
            }
            guard depth < 2 else { return }
            for _ in 0..<random.occurrences(mean: 1.2) {
                let start = path[random.index(below: path.count)]
                let along = DamagePaths.direction(random.within(0, 2 * .pi)) * random.within(0.05, 0.5) * side
                crack(from: start, to: start + along, width: 0.7 * width, depth: depth + 1, &random)
            }
        }
        let start = place.point(&random) * 1.2 - DamagePoint(Float(width), Float(height)) * 0.1
        let along = DamagePaths.direction(random.within(0, 2 * .pi)) * random.within(0.15, 1.5) * side
        crack(from: start, to: start + along, width: random.factor(0.8, 4), depth: 0, &random)
        for flake in flakes { patch.unite(place.patch(ofPolygon: flake)) }
        var layers: [DamageLayer] = []
        if random.happens(0.4) {
            var shadow = patch
            shadow.blur(1.2)
            let depth = random.within(0.2, 0.6)
            shadow.change { value, _, _ in value * depth }
            let moved = shadow.moved(down: random.index(below: 5) - 2, right: random.index(below: 5) - 2)
            layers.append(DamageLayer(patch: moved, colour: .grey(random.within(0, 70) / 255)))
        }
        patch.blur(random.within(0.3, 0.9))
        let (colour, opacity) = look.draw(&random)
        patch.change { value, _, _ in value * opacity }
        let paper = DamageLook.paper(&random)
        layers.append(DamageLayer(patch: patch, colour: random.happens(0.75) ? paper : colour))
        return layers
    }
}

/// Missing emulsion: blots with sharp edges that show the paper, at a border more often than not.
public struct Tear: DrawnDamage {
    public var level: Double
    /// Creates the step with a number of pieces of 0 to 100.
    public init(level: Double) { self.level = level }
    public static let name = "tear"
    public static let summary = "missing emulsion and torn edges"

    public func piece(height: Int, width: Int, random: inout some RandomNumbers) -> [DamageLayer] {
        let place = DamagePlace(height: height, width: width)
        var centre = place.point(&random)
        if random.happens(0.5) {
            let far = random.happens(0.5)
            if random.happens(0.5) {
                centre.x = (far ? Float(width) : 0) + 4 * random.bell()
            } else {
                centre.y = (far ? Float(height) : 0) + 4 * random.bell()
            }
        }
        let blot = DamagePaths.blot(around: centre, radius: random.factor(3, 32), random: &random)
        var patch = place.patch(ofPolygon: blot)
        patch.blur(random.within(0.3, 0.8))
        let opacity = random.within(0.8, 1)
        patch.change { value, _, _ in value * opacity }
        let noise = DamageNoise(height: patch.rows.count, width: patch.columns.count, scale: 2, random: &random)
        var texture: [Float] = []
        for y in 0..<patch.rows.count {
            for x in 0..<patch.columns.count { texture.append(noise[y, x] * 4 / 255) }
        }
        return [DamageLayer(patch: patch, colour: DamageLook.paper(&random), texture: texture)]
    }
}

/// Mould, foxing and drops: soft blots close together, some with a rim.
public struct Stain: DrawnDamage {
    public var level: Double
    /// Creates the step with a number of pieces of 0 to 100.
    public init(level: Double) { self.level = level }
    public static let name = "stain"
    public static let summary = "groups of soft brown, dark or light blots"

    public func piece(height: Int, width: Int, random: inout some RandomNumbers) -> [DamageLayer] {
        let place = DamagePlace(height: height, width: width)
        let look = DamageLook(.varied, faintest: 0.2, random: &random)
        let (centre, spread) = (place.point(&random), random.within(0.05, 0.5) * place.side)
        let brown = Colour(random.within(90, 190), random.within(70, 150), random.within(20, 110)) / 255
        let colour = random.happens(0.6) ? brown : look.draw(&random).colour
        let depth = random.within(0.15, 0.8)
        return (0..<1 + random.occurrences(mean: 6)).map { _ in
            let radius = random.factor(2, 25)
            let middle = centre + DamagePoint(random.bell(), random.bell()) * spread
            let softness = radius * random.within(0.1, 0.4)
            let blot = DamagePaths.blot(around: middle, radius: radius, random: &random)
            var patch = place.patch(ofPolygon: blot, margin: 4 * softness + 8)
            patch.blur(softness)
            if random.happens(0.3) {
                var wide = patch
                wide.blur(0.2 * radius + 0.5)
                let (soft, wider, count) = (patch.values, wide.values, patch.columns.count)
                patch.change { value, y, x in
                    0.4 * value + 2 * abs(soft[y * count + x] - wider[y * count + x])
                }
            }
            let opacity = depth * random.within(0.4, 1)
            patch.change { value, _, _ in value * opacity }
            return DamageLayer(patch: patch, colour: colour)
        }
    }
}

/// Scratches: of any direction, or straight along the film, faint ones too.
public struct Scratch: DrawnDamage {
    public var level: Double
    /// Creates the step with a number of pieces of 0 to 100.
    public init(level: Double) { self.level = level }
    public static let name = "scratch"
    public static let summary = "scratches, one in three straight along the film and perhaps faint"

    public func piece(height: Int, width: Int, random: inout some RandomNumbers) -> [DamageLayer] {
        let place = DamagePlace(height: height, width: width)
        let look = DamageLook(.varied, faintest: 0.2, random: &random)
        let (colour, opacity) = look.draw(&random)
        var patch: DamagePatch
        let isLine = random.happens(0.35)
        var depth = opacity
        if isLine {
            patch = Self.transport(place, random: &random)
            depth = random.factor(0.04, 0.7)
        } else {
            let length = random.factor(20, max(21, 1.2 * Double(place.side)))
            let path = DamagePaths.smooth(
                from: place.point(&random), length: length, turning: random.within(0, 0.004), step: 6,
                random: &random)
            let width = random.factor(0.5, 3)
            let opacities = random.wandering(path.count, random.happens(0.5) ? -0.4 : 0.5, 1)
            patch = place.patch(
                alongLine: path, widths: random.wandering(path.count, 0.5 * width, width), opacities: opacities)
        }
        patch.blur(random.within(0, 0.8))
        patch.change { value, _, _ in value * depth }
        return [DamageLayer(patch: patch, colour: colour, isLine: isLine)]
    }

    /// A line along the film, through the whole picture or half of it; one in five lies across.
    private static func transport(_ place: DamagePlace, random: inout some RandomNumbers) -> DamagePatch {
        let isAcross = random.happens(0.2)
        let (length, breadth) = isAcross ? (place.width, place.height) : (place.height, place.width)
        var range: Range<Float> = -4..<Float(length) + 8
        if random.happens(0.4) {
            let cut = random.within(0.25, 0.75) * Float(length)
            range = random.happens(0.5) ? range.lowerBound..<cut : cut..<range.upperBound
        }
        let (start, slope) = (random.within(0, Float(breadth)), random.within(-0.01, 0.01))
        var (points, sway) = ([DamagePoint](), Float(0))
        for along in stride(from: range.lowerBound, through: range.upperBound, by: 8) {
            sway += 0.04 * random.bell()
            let across = start + slope * along + sway
            points.append(isAcross ? DamagePoint(along, across) : DamagePoint(across, along))
        }
        let width = random.within(0.6, 2.5)
        return place.patch(alongLine: points, widths: [Float](repeating: width, count: points.count))
    }
}

/// Hairs and threads, 15 to 250 pixels long.
public struct Hair: DrawnDamage {
    public var level: Double
    /// Creates the step with a number of pieces of 0 to 100.
    public init(level: Double) { self.level = level }
    public static let name = "hair"
    public static let summary = "hairs and threads"

    public func piece(height: Int, width: Int, random: inout some RandomNumbers) -> [DamageLayer] {
        let look = DamageLook(.varied, faintest: 0.2, random: &random)
        var patch = Self.patch(DamagePlace(height: height, width: width), scale: 1, random: &random)
        patch.blur(random.within(0.3, 1.2))
        let (colour, opacity) = look.draw(&random)
        patch.change { value, _, _ in value * opacity }
        return [DamageLayer(patch: patch, colour: colour)]
    }

    /// - Parameter scale: what length and width are multiplied by.
    static func patch(_ place: DamagePlace, scale: Float, random: inout some RandomNumbers) -> DamagePatch {
        let path = DamagePaths.smooth(
            from: place.point(&random), length: random.factor(15, 250) * scale, turning: random.within(0.002, 0.05),
            step: 3, random: &random)
        let width = random.within(0.8, 3.5) * scale
        return place.patch(alongLine: path, widths: random.wandering(path.count, 0.7 * width, width))
    }
}
