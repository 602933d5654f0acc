import Files
import Imaging
import Reports
public import SystemPackage

/// The pairs of pictures that are measured against each other, settled before any is decoded.
public struct ComparisonPlan: Sendable {
    /// Two pictures of one name.
    public struct Pair: Sendable, Equatable {
        /// The reference's name: relative to its folder, or that of the file alone.
        public var name: FilePath
        /// The path of the reference.
        public var reference: FilePath
        /// The path of the picture that is measured.
        public var picture: FilePath
        /// The page of both, from 0, where they are TIFFs or documents of several.
        public var page: Int?
        /// The program that decodes the reference; nil for a format that is read.
        public var referenceDecoder: ExternalDecoder?
        /// The program that decodes the picture; nil for a format that is read.
        public var pictureDecoder: ExternalDecoder?
    }

    /// The reasons why nothing is measured.
    public enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
        /// One is a file and the other a folder.
        case kinds(FilePath, FilePath)
        /// Nothing is there, or it cannot be read.
        case unreadable(String)

        public var description: String {
            switch self {
            case .kinds(let a, let b):
                "\"\(a.printed)\" and \"\(b.printed)\": two files are compared, or two folders, not one with the other"
            case .unreadable(let text): text
            }
        }
    }

    /// The pairs in the order of the references' names.
    public private(set) var pairs: [Pair]
    /// The paths of pictures without one of their name on the other side.
    public let unmatched: [FilePath]
    /// The references that several pictures fit equally, in words.
    public let ambiguous: [String]
    /// The obstacles to pairing, in words: names without a partner, and ambiguous ones.
    public var missing: [String] {
        unmatched.map { "\"\($0.printed)\" has no partner of its name" } + ambiguous
    }
    /// The files that were to be pictures and are none, with the reason, as `name: reason`.
    public private(set) var failures: [String]
    /// The warnings of the search through both sides.
    public let warnings: [String]

    /// The input that `StreamInput.placeholder` stands for.
    private let stream: StreamInput?

    /// Returns a picture's path for people.
    public func text(of path: FilePath) -> String {
        path == stream?.path ? StreamInput.placeholder.string : path.printed
    }

    /// Pairs two files, or the pictures of two folders by their relative names without extension.
    ///
    /// - Parameters:
    ///   - stream: the input that `StreamInput.placeholder` stands for.
    ///   - decoders: the programs that decode formats that are not read; nil where these fail.
    /// - Throws: `Fault`.
    /// - Complexity: a read of a few bytes for each file.
    public init(
        reference: FilePath, pictures: FilePath, stream: StreamInput? = nil, decoders: ExternalDecoders? = nil
    ) throws(Fault) {
        self.stream = stream
        func isStream(_ path: FilePath) -> Bool { stream != nil && path == StreamInput.placeholder }
        for path in [reference, pictures] where !isStream(path) && !FileStamp.exists(path) {
            throw .unreadable("\(FileError.system(.open, path: path, errno: .noSuchFileOrDirectory))")
        }
        let areFolders = !isStream(reference) && FileStamp.isFolder(reference)
        guard areFolders == (!isStream(pictures) && FileStamp.isFolder(pictures)) else {
            throw .kinds(reference, pictures)
        }
        let scans = [reference, pictures].map {
            InputScan([$0], excluding: [], stream: stream, decoders: decoders)
        }
        if let reason = zip(scans, [reference, pictures]).first(where: { !$0.0.unusable.isEmpty }) {
            throw .unreadable(
                reason.0.settled.compactMap(\.outcome.failure).first ?? "\"\(reason.1.printed)\" cannot be read")
        }
        let scanWarnings = scans.flatMap(\.warnings)
        // Pages of TIFFs are counted where they are.
        let documents = scans.flatMap(\.pictures).filter { $0.decoder != nil }
        let pageCounts = Dictionary(documents.map { ($0.path, $0.pageCount) }) { first, _ in first }
        failures = zip(scans, [reference, pictures]).flatMap { scan, root in
            scan.settled.compactMap { record in
                let path = areFolders ? root.pushing(record.input) : root
                return record.outcome.failure.map { "\"\(path.printed)\": \($0)" }
            }
        }
        let (first, second) = (scans[0].pictures, scans[1].pictures)
        guard areFolders else {
            pairs = zip(first, second).map(Pair.init)
            (unmatched, ambiguous, warnings) = ([], [], scanWarnings)
            pairPages(pageCounts)
            return
        }
        let pairing = Pairing(first.map(\.name), with: second.map(\.name))
        warnings =
            scanWarnings
            + [pairing.suffix?.told(left: "references", right: "pictures")].compactMap(\.self)
        pairs = zip(first, pairing.partners).compactMap { found, partner in
            partner.map { Pair(found, second[$0]) }
        }
        let doubtful = Set(pairing.ambiguous.map(\.left))
        unmatched =
            zip(first, pairing.partners).filter { $1 == nil && !doubtful.contains($0.name) }.map(\.0.path)
            + pairing.unmatchedRight.map { second[$0].path }
        ambiguous = pairing.ambiguous.map { name, candidates in
            let list = candidates.map { "\"\($0.printed)\"" }.joined(separator: ", ")
            return "\"\(name.printed)\" fits several pictures (\(list))"
        }
        pairPages(pageCounts)
    }

    /// Makes a pair of each page of two TIFFs or documents of as many; of others one is a failure.
    private mutating func pairPages(_ documents: [FilePath: Int]) {
        // A file that cannot be read fails later, with its reason.
        func count(_ path: FilePath) -> Int { documents[path] ?? (try? TIFFPages(of: path))?.pages.count ?? 1 }
        pairs = pairs.flatMap { pair -> [Pair] in
            let (expected, found) = (count(pair.reference), count(pair.picture))
            guard expected == found else {
                failures.append(
                    "\"\(text(of: pair.picture))\": \(found) page\(found == 1 ? "" : "s"), expected as many as its "
                        + "reference \"\(text(of: pair.reference))\" has, \(expected)")
                return []
            }
            guard expected > 1 else { return [pair] }
            return (0..<expected).map { page in
                var pair = pair
                pair.page = page
                return pair
            }
        }
    }
}

extension ComparisonPlan.Pair {
    init(_ reference: InputScan.Found, _ picture: InputScan.Found) {
        self.init(
            name: reference.name, reference: reference.path, picture: picture.path,
            referenceDecoder: reference.decoder, pictureDecoder: picture.decoder)
    }
}

extension Pairing.Suffix {
    /// The remark that names were paired without the text, in words.
    func told(left: String, right: String) -> String {
        "the \(side == .left ? left : right) are named as the \(side == .left ? right : left) with "
            + "\"\(PathText.printable(text))\" behind, and are paired without it"
    }
}
