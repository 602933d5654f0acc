/// A reader of bytes that come from outside.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// A whole picture of any format that is read.
    case picture
    /// EXIF, as a JPEG carries it.
    case exif
    /// A colour profile, as a JPEG carries it.
    case icc
    /// XMP, as a JPEG carries it.
    case xmp
    /// IPTC and Photoshop's blocks, as a JPEG carries them.
    case iptc
    /// One chunk of a PNG; its type comes first.
    case chunk
    /// A file of weights.
    case safetensors
    /// A model's card.
    case card
    /// The memory of an output folder.
    case ledger
    /// The memory of an evaluation.
    case journal
    /// What a training is configured by.
    case configuration
    /// A file of test sets.
    case sets

    func run(_ bytes: [UInt8]) {
        switch self {
        case .picture: PictureReading.read(bytes)
        case .exif: CarriedMetadata.read(inJPEG: bytes, marker: 0xE1, signature: "Exif\0\0")
        case .icc: CarriedMetadata.read(inJPEG: bytes, marker: 0xE2, signature: "ICC_PROFILE\0\u{1}\u{1}")
        case .xmp: CarriedMetadata.read(inJPEG: bytes, marker: 0xE1, signature: "http://ns.adobe.com/xap/1.0/\0")
        case .iptc: CarriedMetadata.read(inJPEG: bytes, marker: 0xED, signature: "Photoshop 3.0\0")
        case .chunk: CarriedMetadata.read(inPNG: bytes)
        case .safetensors: RecordReading.weights(bytes)
        case .card: RecordReading.card(bytes)
        case .ledger: RecordReading.ledger(bytes)
        case .journal: RecordReading.journal(bytes)
        case .configuration: RecordReading.configuration(bytes)
        case .sets: RecordReading.sets(bytes)
        }
    }
}

/// The target of this process, set once before the first input.
final class Chosen: @unchecked Sendable {
    var target = FuzzTarget.picture
}

let chosen = Chosen()
