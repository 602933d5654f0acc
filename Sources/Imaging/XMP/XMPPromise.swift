/// Something that an XMP packet says is in the file beside the picture, and that is not carried: what a restored
/// picture's packet must not promise any more.
enum XMPPromise: CaseIterable {
    case gainMap, video, depthMap, credentials, otherPictures

    /// The note that it was left out.
    var note: PictureNote {
        switch self {
        case .gainMap: .dropped("the gain map (HDR)", reason: "only the base picture is read")
        case .video: .dropped("the video of a motion photo", reason: "only the still picture is read")
        case .depthMap: .dropped("the depth map", reason: "only the picture is read")
        case .credentials: .dropped("content credentials", reason: "they vouch for the original's bytes alone")
        case .otherPictures: .dropped("further pictures of the file", reason: "only the first is read")
        }
    }

    /// Returns what a property promises; nil for one that may stay. The directory of a container is judged by its
    /// items, see `init(directory:)`.
    init?(_ namespace: XMPNamespace, _ name: String) {
        switch namespace {
        case .gainMap, .appleGainMap: self = .gainMap
        case .camera where name.hasPrefix("MicroVideo") || name.hasPrefix("MotionPhoto"): self = .video
        case .oppoCamera where name.hasPrefix("MotionPhoto") || name.hasPrefix("OLivePhoto") || name == "VideoLength":
            self = .video
        case .depth, .device: self = .depthMap
        case .xiaomiCamera where name == "XMPMeta": self = .depthMap
        case .terms where name == "provenance": self = .credentials
        case .container: self = .otherPictures
        default: return nil
        }
    }

    /// Returns what the text of a container's directory promises by the semantics of its items.
    static func promises(inDirectory text: ArraySlice<UInt8>) -> Set<XMPPromise> {
        let meanings: [(String, XMPPromise)] = [
            ("GainMap", .gainMap), ("MotionPhoto", .video), ("video/", .video), ("Depth", .depthMap),
        ]
        let found = meanings.filter { text.contains(Array($0.0.utf8)) }.map(\.1)
        return found.isEmpty ? [.otherPictures] : Set(found)
    }
}

extension ArraySlice<UInt8> {
    /// Returns true where `part`, which is not empty, occurs.
    func contains(_ part: [UInt8]) -> Bool {
        var rest = self
        while let start = rest.firstIndex(of: part[0]) {
            if rest[start...].starts(with: part) { return true }
            rest = rest[(start + 1)...]
        }
        return false
    }
}
