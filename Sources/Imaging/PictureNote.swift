/// A remark on how a picture was read or written that is no error.
public enum PictureNote: Sendable, Equatable, Hashable, CustomStringConvertible {
    /// The data is damaged and was accepted: rows from `row` on may be wrong.
    case damaged(layer: String, message: String, row: Int)
    /// The codec remarked on something that it could read nevertheless.
    case remark(layer: String, message: String)
    /// An animation, of which only the first frame was read.
    case firstFrameOnly(frames: Int)
    /// CMYK was converted to sRGB, through the embedded profile or by the plain formula.
    case convertedFromCMYK(usingProfile: Bool)
    /// CIE L*a*b* was converted to sRGB, through the embedded profile or as Lab of D50.
    case convertedFromLab(usingProfile: Bool)
    /// Samples of another depth, in words, became those of the format described.
    case converted(from: String, to: String)
    /// Something beside the pixels was left out, for the reason given.
    case dropped(String, reason: String)
    /// The picture was laid on white, since the container has no alpha.
    case alphaFlattenedOnWhite
    /// 16 bits were rounded to 8, since the container has no more.
    case roundedTo8Bits
    /// The picture was turned as the orientation of EXIF, or of XMP where EXIF has none, says, 2...8.
    case orientationApplied(Int)
    /// The file states an orientation, 2...8, that whoever made it has obeyed already: the picture was left as it is.
    case orientationObeyed(Int)

    /// True for notes on the data that was read, which hold for a copy of its bytes too.
    public var isAboutData: Bool {
        switch self {
        case .damaged, .remark: true
        default: false
        }
    }

    public var description: String {
        switch self {
        case .damaged(let layer, let message, let row): "damaged, \(layer): \(message), from row \(row)"
        case .remark(let layer, let message): "\(layer): \(message)"
        case .firstFrameOnly(let frames): "animation of \(frames) frames, only the first was read"
        case .convertedFromCMYK(true): "CMYK converted to sRGB through the embedded profile"
        case .convertedFromCMYK(false): "CMYK without a usable profile converted to RGB by the plain formula"
        case .convertedFromLab(true): "Lab converted to sRGB through the embedded profile"
        case .convertedFromLab(false): "Lab converted to sRGB, its white taken as D50"
        case .converted(let found, let format): "\(found) became \(format)"
        case .dropped(let what, let reason): "\(what) dropped: \(reason)"
        case .alphaFlattenedOnWhite: "transparency flattened on white"
        case .roundedTo8Bits: "16 bits rounded to 8"
        case .orientationApplied(let value): "orientation \(value) applied"
        case .orientationObeyed(let value): "orientation \(value) left alone: what decoded the picture turns it itself"
        }
    }
}
