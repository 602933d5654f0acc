/// The checks of an ICC profile: that it is one, and the kind of pixels that it is for.
enum ICCProfile {
    enum ColorSpace: String {
        case rgb = "RGB "
        case grey = "GRAY"
        case cmyk = "CMYK"
    }

    /// A part of a profile in a JPEG's segment.
    struct Part: Hashable {
        /// The number of the part, from 1 as the specification has it; some programs count from 0.
        var number: Int
        /// The number of parts that it declares; 0 from some programs.
        var of: Int
        var bytes: [UInt8]
    }

    /// Puts a profile's parts together.
    ///
    /// The specification's way is parts 1 to n of n, in any order. Where numbers or counts are others, the length in the
    /// profile's header decides: of the parts as numbered, in the order of the file, or the first alone, what is as long
    /// as that is the profile. A part that is there twice counts once.
    static func joined(_ parts: [Part], notes: inout [PictureNote]) -> [UInt8]? {
        guard let first = parts.first else { return nil }
        var seen: Set<Part> = []
        let distinct = parts.filter { seen.insert($0).inserted }
        let numbered = distinct.enumerated().sorted { ($0.element.number, $0.offset) < ($1.element.number, $1.offset) }
            .map(\.element)
        if numbered.map(\.number) == Array(1...max(1, first.of)), numbered.allSatisfy({ $0.of == first.of }) {
            return numbered.flatMap(\.bytes)
        }
        for candidate in [numbered, distinct, parts, [first]] {
            let profile = candidate.flatMap(\.bytes)
            if colorSpace(of: profile) != nil, profile.bigEndian32(at: 0) == profile.count { return profile }
        }
        let found = parts.map(\.number).sorted().prefix(20).map { "\($0)" }.joined(separator: ", ")
        notes.append(.dropped("ICC profile", reason: "found the parts \(found), expected 1 to \(first.of)"))
        return nil
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
