import Files
import SystemPackage
import TestFolders
import TestSupport

/// A tiny model of seeded weights, written by hand: the format is a contract with every file ever made.
struct TestModel {
    var scale = 1
    var seed: UInt64 = 1
    var width = 4
    var channels = 3
    /// Nil for what the scale suggests.
    var task: String?
    /// Whether its channels are logits of three classes, the first of which stands for no damage.
    var tellsClasses = false
    /// Whether its sums are too great for a number.
    var overflows = false

    private var convolutions: [(name: String, shape: [Int])] {
        [("convolution0", [width, channels, 3, 3]), ("convolution1", [channels * scale * scale, width, 3, 3])]
    }

    /// Writes `model.safetensors` and `model.json` into `folder`.
    func write(to folder: FilePath, in files: TemporaryFolder) throws {
        let weights = safetensors()
        try files.write(weights, to: folder.appending("model.safetensors"))
        try files.write(card(sha256: try SHA256Digest(of: weights).hex), to: folder.appending("model.json"))
    }

    func card(sha256: String) -> String {
        """
        {"cardVersion": 1, "name": "\(scale)x-Test", "task": "\(task ?? (scale == 1 ? "denoise" : "upscale"))",
         "license": "Apache-2.0", "description": "A model for tests", "scale": \(scale),
         "inputChannels": \(channels), "outputChannels": \(channels),
         "classes": \(tellsClasses ? #"["none", "fine", "coarse"]"# : "null"),
         "resources": [{"platform": "retouch", "type": "safetensors", "sha256": "\(sha256)"}]}
        """
    }

    func safetensors() -> [UInt8] {
        let skip = scale == 1 ? "residual" : "bicubic"
        let configuration =
            #"{\"architecture\":\"plain\",\"channels\":\#(channels),\"width\":\#(width),\"layers\":2,\"activation\":\"relu\","#
            + #"\"bias\":true,\"scale\":\#(scale),\"skip\":\"\#(skip)\"}"#
        var header = #"{"__metadata__":{"format":"retouch-1","configuration":"\#(configuration)"}"#
        var data: [UInt8] = []
        var numbers = SeededNumbers(seed: seed)
        func add(_ name: String, _ shape: [Int], spread: Float) {
            let count = shape.reduce(1, *)
            header +=
                #","\#(name)":{"dtype":"F32","shape":[\#(shape.map(String.init).joined(separator: ","))],"#
                + #""data_offsets":[\#(data.count),\#(data.count + 4 * count)]}"#
            for _ in 0..<count {
                let value = overflows ? 3e38 : (numbers.fraction() - 0.5) * spread
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 }
            }
        }
        for (name, shape) in convolutions {
            add(name + ".weight", shape, spread: 0.1)
            add(name + ".bias", [shape[0]], spread: 0.02)
        }
        header += "}"
        while header.utf8.count % 8 != 0 { header += " " }
        var length: [UInt8] = []
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { length += $0 }
        return length + Array(header.utf8) + data
    }
}
