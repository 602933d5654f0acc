public import Files
public import Imaging
public import Reports
public import SystemPackage

/// The plan of a run: which picture becomes which output, settled before anything is written.
public struct BatchPlan: Sendable {
    /// A picture to restore.
    public struct Picture: Sendable, Equatable {
        /// The input's name in the run: relative to the input folder.
        public var name: FilePath
        /// The path to read it by.
        public var path: FilePath
        /// The size and time of the input.
        public var stamp: FileStamp
        /// The format of the input; PNG where another program decodes it, since that is what `same` makes of it.
        public var container: PictureContainer
        /// The output's name, relative to the output folder.
        public var output: FilePath
        /// The format of the output.
        public var outputContainer: PictureContainer
        /// The path of the clean picture to measure against; nil where there is none.
        public var reference: FilePath?
        /// The XMP files that lie beside it and travel along.
        public var sidecars: [Sidecar] = []
        /// The path of the mask of what is to be mended; nil where there is none, or it is to be found.
        public var mask: FilePath?
        /// The page of a TIFF or a document that the output is made of, from 0; nil where it is made of the whole file.
        public var page: Int?
        /// The program that decodes the input; nil for a format that is read.
        public var decoder: ExternalDecoder?
    }

    /// The output folder; the ledger lies in it.
    public let root: FilePath
    /// The pictures in the order of the inputs, folders by the bytes of their relative paths.
    public internal(set) var pictures: [Picture] = []
    /// The records of inputs whose outcome is known without work: failed (unreadable, a format not read yet) or
    /// ignored.
    public internal(set) var settled: [PictureRecord] = []
    /// The warnings that are no failure: links not followed, references without a picture.
    public internal(set) var warnings: [String] = []
    /// The inputs that are not there or cannot be read at all; their records are among `settled`.
    public private(set) var unusableInputs: [FilePath] = []
    /// The request, its format that of the output's name where that is a file. The model's scale does not matter to the
    /// plan, the settings do.
    public let request: BatchRequest

    /// Plans a run from its inputs, reading only first bytes.
    ///
    /// - Throws: `PlanError` where the run would destroy something or contradicts itself.
    /// - Complexity: one `stat` and one read of a few bytes for each file.
    public init(_ request: BatchRequest) throws(PlanError) {
        var request = request
        guard !request.suffix.utf8.contains(UInt8(ascii: "/")), !request.suffix.utf8.contains(0) else {
            throw .badSuffix(request.suffix)
        }
        let outputFile = try Self.outputFile(&request)
        let root = outputFile.map { $0.removingLastComponent() } ?? request.output
        self.root = root.isEmpty ? "." : root
        self.request = request
        try refuseNesting(outputFile: outputFile)

        // Neither outputs nor masks are inputs.
        let folder = outputFile == nil && request.outputStream == nil ? self.root : nil
        let others = [folder, request.mending?.maskOutput, request.mending?.maskInput].compactMap(\.self)
        let excluded = Set((others + request.foldersLeftOut).compactMap { FileIdentity(of: $0) })
        let scan = InputScan(
            request.inputs, excluding: excluded, stream: request.stream, names: request.inputNames,
            decoders: request.decoders)
        settled = scan.settled
        warnings = scan.warnings
        unusableInputs = scan.unusable
        for found in scan.pictures {
            add(found, outputFile: outputFile)
        }
        dropRepetitions()
        findSidecars()
        if request.outputStream != nil {
            guard pictures.count <= 1 else { throw .severalToStream(count: pictures.count) }
            try pairReferences()
            try findMasks()
            return
        }
        try refuseCollisions()
        try pairReferences()
        try findMasks()
        try refuseReplacing()
    }

    /// Adds a picture; or its pages, `NAME-p0001` and so on, where its output can have one alone.
    private mutating func add(_ found: InputScan.Found, outputFile: FilePath?) {
        let container = request.settings.outputContainer(of: found.container)
        // A file that cannot be read fails later, with its reason.
        let pageCount =
            found.container == .tiff && container != .tiff
            ? (try? TIFFPages(of: found.path))?.pages.count ?? 1 : found.pageCount
        for page in 0..<pageCount {
            let mark = pageCount == 1 ? "" : Self.mark(ofPage: page)
            let file = outputFile?.lastComponent.map { FilePath().appending($0) }
            let output =
                file != nil && pageCount == 1
                ? file
                : Self.outputName(
                    file ?? found.name, suffix: mark + (file == nil ? request.suffix : ""), container: container)
            guard var output, output.lastComponent.map({ $0.bytes.count <= 255 }) ?? false else {
                settled.append(
                    PictureRecord(
                        input: found.name,
                        outcome: .failed(
                            reason: "its output's name would be longer than the 255 bytes that a name may have")))
                continue
            }
            // Nothing is made in the folder for temporary files.
            if request.outputStream != nil { output = output.lastComponent.map { FilePath().appending($0) } ?? output }
            pictures.append(
                Picture(
                    name: found.name, path: found.path, stamp: found.stamp, container: found.container,
                    output: output, outputContainer: container, page: pageCount == 1 ? nil : page,
                    decoder: found.decoder))
        }
    }

    /// Returns the text that tells a page of a file from the others in a name, `-p0001` for page 0.
    static func mark(ofPage page: Int) -> String {
        let number = String(page + 1)
        return "-p" + String(repeating: "0", count: max(0, 4 - number.count)) + number
    }

    /// True where there is nothing to work on: no picture, and nothing that would be one if its format were read.
    public var isEmpty: Bool {
        pictures.isEmpty && settled.count { $0.outcome.kind == .failed } == unusableInputs.count
    }

    /// Returns true where a picture comes through a stream.
    func isStream(_ picture: Picture) -> Bool { picture.path == request.stream?.path }

    /// Returns the path of a picture's output.
    public func outputPath(of picture: Picture) -> FilePath { root.pushing(picture.output) }

    // MARK: Names

    /// Returns the output as a file, where one input file is given and the output is named like a picture; the format
    /// then follows the name.
    private static func outputFile(_ request: inout BatchRequest) throws(PlanError) -> FilePath? {
        if request.outputStream != nil { return nil }
        guard request.inputs.count == 1, let input = request.inputs.first, !FileStamp.isFolder(input),
            !request.outputIsFolder, !FileStamp.isFolder(request.output),
            let container = request.output.extension.flatMap(PictureContainer.init(pathExtension:)), container.isWritten
        else {
            if FileStamp.exists(request.output), !FileStamp.isFolder(request.output) {
                throw .outputIsFile(request.output)
            }
            try refuseKind(request)
            return nil
        }
        if request.settings.format == .same { request.settings.format = .init(of: container) }
        guard request.settings.outputContainer(of: container) == container else {
            throw .formatContradicts(output: request.output, format: request.settings.format.rawValue)
        }
        return request.output
    }

    /// Refuses a new folder whose name says that a file was meant.
    private static func refuseKind(_ request: BatchRequest) throws(PlanError) {
        let output = request.output
        guard !request.outputIsFolder, !FileStamp.isFolder(output) else { return }
        if output.string == "-" { throw .outputKind(output, expected: "a folder or a file, since there is no pipe") }
        let ending = (output.extension ?? "").lowercased()
        guard InputScan.pictureExtensions.contains(ending) else { return }
        throw .outputKind(
            output,
            expected: PictureContainer(pathExtension: ending)?.isWritten != true
                ? "a file ending in .png, .jpg, .tif or .webp, or a folder"
                : "a folder, since more than one picture may come out")
    }

    /// Returns the output's name: the input's, with the suffix, and with an extension that tells the truth. An
    /// extension that does so already is kept as it is written; one that is no picture's is kept too, as part of the
    /// name.
    static func outputName(_ name: FilePath, suffix: String, container: PictureContainer) -> FilePath? {
        guard let last = name.lastComponent else { return nil }
        let bytes = last.bytes
        var stem = last.stemBytes
        var ending = Array(bytes[stem.count...])
        let text = String(decoding: ending.dropFirst(), as: UTF8.self)
        let kind = PictureContainer(pathExtension: text)
        if kind == nil,
            !InputScan.pictureExtensions.union(InputScan.foreignExtensions).contains(text.lowercased())
        {
            stem = bytes
            ending = []
        }
        if kind != container { ending = Array(".\(container.pathExtension)".utf8) }
        return FilePath.Component(bytes: stem + Array(suffix.utf8) + ending)
            .map { name.removingLastComponent().appending($0) }
    }

    // MARK: Refusals

    private func refuseNesting(outputFile: FilePath?) throws(PlanError) {
        guard outputFile == nil else { return }
        if request.outputStream != nil { return }
        let output = root.resolved()
        for input in request.inputs where FileStamp.isFolder(input) {
            let folder = input.resolved()
            if folder == output { throw .outputIsInput(root) }
            if output.starts(with: folder), !request.allowsNestedOutput {
                throw .outputInsideInput(output: root, input: input)
            }
        }
    }

    /// Drops pictures that are given twice.
    private mutating func dropRepetitions() {
        var seen: Set<[FilePath]> = []
        pictures.removeAll { !seen.insert([$0.path.resolved(), $0.output]).inserted }
    }

    private func refuseCollisions() throws(PlanError) {
        var inputs: [FilePath: [FilePath]] = [:]
        for picture in pictures { inputs[picture.output, default: []].append(picture.path) }
        var collisions: [PlanError.Collision] = []
        for picture in pictures {
            guard let inputs = inputs.removeValue(forKey: picture.output), inputs.count > 1 else { continue }
            collisions.append(.init(output: outputPath(of: picture), inputs: inputs))
        }
        if !collisions.isEmpty { throw .collisions(collisions, remedy: remedy(for: collisions)) }
    }

    /// Returns what keeps outputs apart that would have one name.
    private func remedy(for collisions: [PlanError.Collision]) -> PlanError.Remedy {
        let paths = Set(collisions.flatMap(\.inputs))
        let colliding = pictures.filter { paths.contains($0.path) }
        // Their names if each kept its format; all pages of a TIFF have one then.
        var settings = request.settings
        settings.format = .same
        var names: [FilePath: FilePath] = [:]
        let areApart = colliding.allSatisfy { picture in
            let container = settings.outputContainer(of: picture.container)
            guard let name = Self.outputName(picture.name, suffix: request.suffix, container: container) else {
                return false
            }
            return names.updateValue(picture.path, forKey: name) ?? picture.path == picture.path
        }
        if areApart, request.settings.format != .same { return .sameFormat }
        return collisions.allSatisfy { Set($0.inputs.map { $0.removingLastComponent() }).count == $0.inputs.count }
            ? .folders : .ownOutputs
    }

    private func refuseReplacing() throws(PlanError) {
        var originals: [FileIdentity: PlanError.Role] = [:]
        for picture in pictures {
            if let identity = FileIdentity(of: picture.path) { originals[identity] = .input }
            if let identity = picture.reference.flatMap({ FileIdentity(of: $0) }), originals[identity] == nil {
                originals[identity] = .reference
            }
            if let identity = picture.mask.flatMap({ FileIdentity(of: $0) }), originals[identity] == nil {
                originals[identity] = .mask
            }
        }
        for picture in pictures {
            let output = outputPath(of: picture)
            if let identity = FileIdentity(of: output), let role = originals[identity] {
                throw .outputReplaces(output, role: role)
            }
        }
    }

    // MARK: Masks

    private mutating func findMasks() throws(PlanError) {
        guard case .folder(let folder)? = request.mending?.masks else { return }
        guard FileStamp.isFolder(folder) else {
            throw .unreadableMasks(.system(.readFolder, path: folder, errno: .notDirectory))
        }
        for index in pictures.indices {
            pictures[index].mask = pictures[index].mask(in: folder, page: pictures[index].page)
        }
        let missing = pictures.filter { $0.mask == nil }
        guard let first = missing.first else { return }
        warnings.append(
            "\(missing.count) of \(pictures.count) pictures have no mask in \"\(folder.printed)\" and are not mended, such as "
                + "\"\(first.name.printed)\"")
    }

    // MARK: References

    private mutating func pairReferences() throws(PlanError) {
        guard let reference = request.reference else { return }
        guard FileStamp.isFolder(reference) else {
            guard pictures.count == 1, request.inputs.count == 1, FileStamp.exists(reference) else {
                throw .unreadableReference(.system(.readFolder, path: reference, errno: .notDirectory))
            }
            pictures[0].reference = reference
            return
        }
        let walk: FolderWalk
        do { walk = try FolderWalk(reference) } catch { throw .unreadableReference(error) }
        let pairing = Pairing(pictures.map(\.name), with: walk.files.map(\.relativePath))
        for (index, partner) in pairing.partners.enumerated() {
            // The pages after the first have no picture to be measured against.
            guard pictures[index].page ?? 0 == 0 else { continue }
            if let partner { pictures[index].reference = walk.files[partner].path }
        }
        if let suffix = pairing.suffix { warnings.append(suffix.told(left: "pictures", right: "references")) }
        for (name, candidates) in pairing.ambiguous {
            let list = candidates.map { "\"\($0.printed)\"" }.joined(separator: ", ")
            warnings.append("\"\(name.printed)\" fits several references (\(list)); it is not measured")
        }
        let missing = pictures.filter { $0.reference == nil }.count - pairing.ambiguous.count
        if missing > 0 {
            let first = pictures.first { $0.reference == nil }.map { "\"\($0.name.printed)\"" } ?? ""
            warnings.append(
                "\(missing) of \(pictures.count) pictures have no reference of their name, such as \(first)")
        }
    }
}
