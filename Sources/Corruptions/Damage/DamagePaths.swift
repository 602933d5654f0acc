/// The paths of damage: hairs, scratches, cracks, and the edges of blots.
enum DamagePaths {
    /// A whole turn in radians.
    private static let turn = 2 * Float.pi

    static func direction(_ radians: Float) -> DamagePoint {
        let (cosine, sine) = Wave.direction(turns: radians / turn)
        return DamagePoint(cosine, sine)
    }

    /// A path that turns smoothly, in steps of `step` pixels.
    ///
    /// - Parameter turning: the deviation of its curvature, radians a pixel.
    static func smooth(
        from start: DamagePoint, length: Float, turning: Float, step: Float, random: inout some RandomNumbers
    ) -> [DamagePoint] {
        var (points, angle, curve) = ([start], random.within(0, turn), random.bell() * turning)
        for _ in 0..<max(2, Int(length / step)) {
            curve = 0.9 * curve + 0.3 * random.bell() * turning
            angle += curve * step
            points.append(points[points.count - 1] + direction(angle) * step)
        }
        return points
    }

    /// A path between two points whose middles are displaced, again and again, until no piece has 5 pixels.
    ///
    /// - Parameter roughness: the deviation of a displacement in shares of the piece.
    static func jagged(
        from a: DamagePoint, to b: DamagePoint, roughness: Float, random: inout some RandomNumbers
    ) -> [DamagePoint] {
        var points = [a, b]
        while zip(points, points.dropFirst()).contains(where: { (($1 - $0) * ($1 - $0)).sum() >= 25 }) {
            var finer = [points[0]]
            for (p, q) in zip(points, points.dropFirst()) {
                let along = q - p
                finer.append((p + q) / 2 + DamagePoint(-along.y, along.x) * random.bell() * roughness)
                finer.append(q)
            }
            points = finer
        }
        return points
    }

    /// The edge of a blot: a circle whose radius goes in and out with two to six waves, stretched and turned.
    static func blot(
        around centre: DamagePoint, radius: Float, random: inout some RandomNumbers
    ) -> [DamagePoint] {
        let count = max(7, min(60, Int(radius * 3)))
        var radii = [Float](repeating: 1, count: count)
        for waves in 2...6 {
            let (height, phase) = (random.bell() * 0.5 / Float(waves), random.within(0, 1))
            for index in radii.indices {
                let place = Float(waves * index) / Float(count)
                radii[index] += height * Wave.cosine(turns: place + phase)
            }
        }
        let stretch = Float(DamageNumbers.exponential(Double(random.bell()) * 0.3))
        let across = direction(random.within(0, .pi))
        return radii.indices.map { index in
            let size = max(0.2, min(2, radii[index])) * radius * random.within(0.9, 1.1)
            let around = Wave.direction(turns: Float(index) / Float(count))
            let (x, y) = (around.cosine * size * stretch, around.sine * size / stretch)
            return centre + DamagePoint(x * across.x + y * across.y, y * across.x - x * across.y)
        }
    }
}

/// A place that damage is drawn for: the picture's size, and random places on it.
struct DamagePlace {
    let height: Int
    let width: Int

    /// The shorter side in pixels: what lengths follow.
    var side: Float { Float(min(height, width)) }

    func point(_ random: inout some RandomNumbers) -> DamagePoint {
        DamagePoint(random.within(0, Float(width)), random.within(0, Float(height)))
    }

    func patch(around points: [DamagePoint], margin: Float = 8) -> DamagePatch {
        DamagePatch(around: points, margin: margin, height: height, width: width)
    }

    func patch(alongLine points: [DamagePoint], widths: [Float], opacities: [Float]? = nil) -> DamagePatch {
        var patch = patch(around: points, margin: (widths.max() ?? 0) + 8)
        patch.addLine(points, widths: widths, opacities: opacities)
        return patch
    }

    func patch(ofPolygon points: [DamagePoint], margin: Float = 8) -> DamagePatch {
        var patch = patch(around: points, margin: margin)
        patch.addPolygon(points)
        return patch
    }
}
