public import ArgumentParser
public import Batches
import Files
public import Filters
public import Imaging
public import Latents
public import Restoration

/// A number of bytes: `512M`, `2G`, `1.5GiB`, or plain.
struct ByteCount: ExpressibleByArgument {
    var value: Int

    init?(argument: String) {
        var digits = argument.lowercased()
        if digits.hasSuffix("ib") { digits.removeLast(2) } else if digits.hasSuffix("b") { digits.removeLast() }
        let units: [Character: Double] = ["k": 0x1p10, "m": 0x1p20, "g": 0x1p30, "t": 0x1p40]
        var factor = 1.0
        if let last = digits.last, let unit = units[last] {
            factor = unit
            digits.removeLast()
        }
        guard let number = Double(digits), number > 0, number * factor < 0x1p62 else { return nil }
        value = Int(number * factor)
    }
}

/// A list of whole numbers between commas: `48,64,96,128`.
struct WholeNumbers: ExpressibleByArgument {
    var values: [Int]

    init?(argument: String) {
        let texts = argument.split(separator: ",", omittingEmptySubsequences: false)
        values = texts.compactMap { Int($0) }
        if values.count != texts.count { return nil }
    }
}

/// The properties that outputs take over from their originals' files: words between commas, or `none`.
struct PreservedArgument: ExpressibleByArgument {
    var properties: Set<PreservedProperty>

    init(properties: Set<PreservedProperty>) { self.properties = properties }

    init?(argument: String) {
        if argument == "none" {
            self.init(properties: [])
            return
        }
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let properties = words.compactMap { PreservedProperty(rawValue: String($0)) }
        guard properties.count == words.count else { return nil }
        self.init(properties: Set(properties))
    }

    var defaultValueDescription: String { properties.map(\.rawValue).sorted().joined(separator: ",") }
}

/// The noise level: `auto`, or a standard deviation on 0...255.
struct NoiseLevelArgument: ExpressibleByArgument {
    var level: NoiseLevel
    /// The argument as it was typed.
    var text: String

    init?(argument: String) {
        text = argument
        if argument == "auto" {
            level = .automatic
            return
        }
        guard let sigma = Float(argument), (0...255).contains(sigma) else { return nil }
        level = .sigma(sigma / 255)
    }
}

extension RunSettings.OutputFormat: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument.lowercased() {
        case "jpeg": self = .jpg
        case "tif": self = .tiff
        case let text: self.init(rawValue: text)
        }
    }
}

extension FilterKind: ExpressibleByArgument {}
extension NearestNeighbours.Metric: ExpressibleByArgument {}
extension Binarisation: ExpressibleByArgument {}
extension GaussianMixture.Covariance: ExpressibleByArgument {}
extension LatentModel.Path: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension MetadataPolicy: ExpressibleByArgument {}
extension DamagePolicy: ExpressibleByArgument {}
extension TIFFCompression: ExpressibleByArgument {}
extension BatchRequest.ExistsPolicy: ExpressibleByArgument {}
extension BatchRequest.Check: ExpressibleByArgument {}

/// The ways to show progress on standard error.
enum ProgressMode: String, ExpressibleByArgument, CaseIterable {
    case bar, plain, json, none
}
