import Files
public import Imaging

/// A program that makes pictures that Retouch reads of files that it does not read: HEIC, JPEG XL and others. It runs in
/// a process of its own, without a shell and within limits, so that what such a file does to it stays there.
public struct ExternalDecoder: Sendable, Equatable {
    /// The kinds of files that a program may be named for.
    public enum Kind: String, Sendable, CaseIterable {
        /// HEIF pictures as phones write them.
        case heic
        /// AV1 pictures.
        case avif
        /// JPEG XL.
        case jxl
        /// JPEG 2000, JP2 files and bare codestreams.
        case jp2
        /// Raw files of cameras.
        case raw
        /// PDF documents, a picture for each page.
        case pdf
        /// Photoshop documents.
        case psd
        /// Every other format that is known by name.
        case other

        /// The kind of files of a format; nil for one that no program is known for.
        public init?(of format: ForeignFormat) {
            switch format {
            case .heic: self = .heic
            case .avif: self = .avif
            case .jpegXL: self = .jxl
            case .jpeg2000: self = .jp2
            case .canonCR2, .canonCR3, .canonCRW, .panasonicRW2, .olympusORF, .fujifilmRAF, .sigmaX3F, .minoltaMRW,
                .tiffRaw:
                self = .raw
            case .pdf: self = .pdf
            case .psd: self = .psd
            case .jpegXR, .gimpXCF, .openEXR, .mng, .jng: self = .other
            case .applePNG: return nil
            }
        }

        /// True for formats that say themselves how a picture is turned, so that whoever decodes one turns it, and an
        /// orientation that is stated beside means nothing any more.
        var isTurnedByDecoders: Bool {
            switch self {
            case .heic, .avif, .jxl, .raw, .pdf: true
            case .jp2, .psd, .other: false
            }
        }
    }

    /// The kind of file that it decodes.
    public let kind: Kind
    /// The name or path of the program.
    public let program: String
    /// The arguments of the program; `{in}` stands for the file, `{out}` for the picture without its extension, `{page}`
    /// for the number of a PDF's page, from 1.
    public let arguments: [String]

    /// Creates a decoder of a program's name and arguments; `text` is what an error names.
    ///
    /// - Throws: `ExternalDecoderError.form`.
    init(_ kind: Kind, _ words: [String], _ text: String) throws(ExternalDecoderError) {
        let arguments = words.dropFirst()
        func has(_ place: String) -> Bool { arguments.contains { $0.contains(place) } }
        guard let program = words.first, !program.isEmpty, !program.contains("{in}"), !program.contains("{out}") else {
            throw .form(text, expected: "a program before its arguments")
        }
        guard has("{in}") else { throw .form(text, expected: "{in} where the program wants its file") }
        guard has("{out}") else {
            throw .form(text, expected: "{out} with .png, .tif or .tiff behind it, where the program wants its result")
        }
        guard kind == .pdf || !has("{page}") else { throw .form(text, expected: "{page} for pdf alone") }
        guard !text.utf8.contains(0) else { throw .form(text, expected: "no zero byte") }
        (self.kind, self.program, self.arguments) = (kind, program, Array(arguments))
    }

    init(_ kind: Kind, preset: String) {
        let words = preset.split(separator: " ").map(String.init)
        (self.kind, program, arguments) = (kind, words[0], Array(words.dropFirst()))
    }

    /// The program and its arguments, as one text that tells decoders apart.
    public var command: String {
        ([program] + arguments).map { $0.contains(" ") || $0.isEmpty ? "'\($0)'" : $0 }.joined(separator: " ")
    }

    /// The program's name without folders.
    public var programName: String { program.split(separator: "/").last.map(String.init) ?? program }

    /// True where each page of a document is a call of its own.
    var isByPage: Bool { arguments.contains { $0.contains("{page}") } }

    /// True where the program's pictures are upright, whatever orientation they state: it has turned them.
    ///
    /// `avifdec` turns nothing, and says how the picture is to be turned.
    var makesUprightPictures: Bool { kind.isTurnedByDecoders && programName != "avifdec" }
}

/// The choice of a program for one kind of files, as an option names it.
public struct DecoderChoice: Sendable, Equatable {
    /// The kind of files.
    public let kind: ExternalDecoder.Kind
    /// The program; nil where files of the kind are left out.
    public let decoder: ExternalDecoder?

    /// Reads `KIND=PROGRAM ARGUMENTS`, separated by spaces; single or double quotes keep a word together. `KIND=none`
    /// leaves the files out.
    ///
    /// - Throws: `ExternalDecoderError.form`.
    public init(parsing text: String) throws(ExternalDecoderError) {
        guard let sign = text.firstIndex(of: "="), let kind = ExternalDecoder.Kind(rawValue: String(text[..<sign]))
        else {
            let kinds = ExternalDecoder.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .form(text, expected: "KIND=PROGRAM {in} {out}.png, where KIND is one of \(kinds)")
        }
        guard let words = Self.words(text[text.index(after: sign)...]) else {
            throw .form(text, expected: "quotes in pairs")
        }
        self.kind = kind
        decoder = words == ["none"] ? nil : try ExternalDecoder(kind, words, text)
    }

    /// Splits at spaces that no quotes hold; nil where a quote has no end.
    private static func words(_ text: Substring) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let whole = word { words.append(whole) }
        return quote == nil ? words : nil
    }
}
