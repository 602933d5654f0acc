/// The checks of an ICC profile: that it is one, and the kind of pixels that it is for.
enum ICCProfile {
    enum ColorSpace: String {
        case rgb = "RGB "
        case grey = "GRAY"
        case cmyk = "CMYK"
    }

    /// Returns the colour space of a profile, or nil where the bytes are no profile that a picture read here could
    /// have.
    static func colorSpace(of profile: [UInt8]) -> ColorSpace? {
        guard profile.count >= 132, profile.bigEndian32(at: 0) <= profile.count,
            profile[36..<40].elementsEqual("acsp".utf8)
        else { return nil }
        return ColorSpace(rawValue: String(decoding: profile[16..<20], as: UTF8.self))
    }

    /// Returns a profile that fits the pixels; else nil, with a note that says why not.
    static func checked(
        _ profile: [UInt8]?, for color: PixelFormat.Color, notes: inout [PictureNote]
    ) -> [UInt8]? {
        guard let profile else { return nil }
        let expected: ColorSpace = color == .grey ? .grey : .rgb
        let found = colorSpace(of: profile)
        if found == expected { return profile }
        notes.append(
            .dropped(
                "ICC profile",
                reason: found == nil
                    ? "it is not a profile"
                    : "it is for \(found!.rawValue.trimmed), the picture is \(expected.rawValue.trimmed)"))
        return nil
    }
}

extension String {
    fileprivate var trimmed: String { last == " " ? String(dropLast()) : self }
}
