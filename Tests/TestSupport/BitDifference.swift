package import Tensors

/// The first element whose bits differ, told in words; nil where there is none.
package func bitDifference(_ found: [Float], _ expected: [Float]) -> String? {
    guard found.count == expected.count else { return "\(found.count) elements, expected \(expected.count)" }
    for index in found.indices where found[index].bitPattern != expected[index].bitPattern {
        return "element \(index) is \(found[index]), expected \(expected[index])"
    }
    return nil
}

/// The place of the first sample whose bits differ, told in words; nil where there is none.
package func bitDifference(_ found: PlanarImage, _ expected: PlanarImage) -> String? {
    guard found.channels == expected.channels, found.height == expected.height, found.width == expected.width else {
        return "\(found.channels)x\(found.height)x\(found.width), expected "
            + "\(expected.channels)x\(expected.height)x\(expected.width)"
    }
    for c in 0..<found.channels {
        for y in 0..<found.height {
            for x in 0..<found.width {
                let (one, other) = (found.view.row(c, y)[x], expected.view.row(c, y)[x])
                if one.bitPattern != other.bitPattern {
                    return "channel \(c), y \(y), x \(x): \(one), expected \(other)"
                }
            }
        }
    }
    return nil
}
