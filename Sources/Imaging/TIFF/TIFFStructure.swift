/// The pages of a TIFF: its directories in order, thumbnails apart, and what belongs to each.
struct TIFFStructure {
    /// A picture of the file.
    struct Page {
        var directory: TIFFDirectory
        /// The grey page that scanners put beside a picture of the same size: what the film lets through of infrared.
        var infrared: TIFFDirectory?
    }

    let file: TIFFFile
    private(set) var pages: [Page] = []
    private(set) var notes: [PictureNote] = []

    /// The most directories that are looked at; a file of nothing else must not take minutes.
    private static let maximumDirectories = 10_000

    /// Bits of NewSubfileType.
    enum Kind {
        static let reduced = 1, page = 2, mask = 4
    }

    init(reading source: ByteSource) throws(PictureError) {
        file = try TIFFFile(source)
        var problems: [String] = []
        var seen: Set<Int> = []
        var reduced: [TIFFDirectory] = []
        var next = file.firstDirectory
        while next != 0 {
            guard seen.insert(next).inserted else {
                notes.append(.remark(layer: "TIFF", message: "the directory at byte \(next) is linked twice"))
                break
            }
            guard seen.count <= Self.maximumDirectories else {
                notes.append(.dropped("further pages", reason: "only \(Self.maximumDirectories) are looked at"))
                break
            }
            let directory: TIFFDirectory
            do { directory = try file.directory(at: next, problems: &problems) } catch {
                if pages.isEmpty, reduced.isEmpty { throw error }
                notes.append(.dropped("further pages", reason: "\(error)"))
                break
            }
            next = directory.next
            try add(directory, asChild: false, reduced: &reduced)
            let isReduced = reduced.last?.position == directory.position
            for child in try file.numbers(of: directory[TIFFTag.subdirectories], limit: 64) ?? []
            where child != 0 && seen.insert(child).inserted {
                guard let child = try? file.directory(at: child, problems: &problems) else { continue }
                // Cameras and scanners that write DNG put a thumbnail first and the picture below it. Below a picture
                // lie smaller ones of it, and its infrared.
                try add(
                    isReduced ? child.inheriting(from: directory) : child, asChild: !isReduced, reduced: &reduced)
            }
        }
        if pages.isEmpty, let first = reduced.first {
            pages = [Page(directory: first)]
            reduced.removeFirst()
        }
        guard !pages.isEmpty else {
            throw .damaged(
                layer: "TIFF", found: "\(seen.count) directories, none with a picture", expected: "one picture or more")
        }
        if !reduced.isEmpty {
            let what = reduced.count == 1 ? "a thumbnail" : "\(reduced.count) thumbnails"
            notes.append(.dropped(what, reason: "it would show the picture as it was"))
        }
        if let first = problems.first {
            let more = problems.count > 1 ? ", and more" : ""
            notes.append(.dropped("a bad entry", reason: first + more))
        }
    }

    /// Returns a page, from 0.
    ///
    /// - Throws: where there are fewer.
    func page(_ index: Int) throws(PictureError) -> Page {
        guard pages.indices.contains(index) else {
            throw .damaged(layer: "TIFF", found: "\(pages.count) pages", expected: "page \(index + 1)")
        }
        return pages[index]
    }

    /// Returns where a page's infrared lies: in its page, or in the one sample of a colour picture that is neither
    /// colour nor alpha.
    func infrared(of page: Page) throws(PictureError) -> InfraredChannel? {
        if page.infrared != nil { return .page }
        let photometric = try file.number(of: page.directory[TIFFTag.photometric])
        guard photometric == 2 || photometric == 34892,
            try file.number(of: page.directory[TIFFTag.samplesPerPixel]) == 4,
            let bits = try file.number(of: page.directory[TIFFTag.bitsPerSample]), bits == 8 || bits == 16,
            try file.number(of: page.directory[TIFFTag.extraSamples]) ?? 0 == 0
        else { return nil }
        return .sample(3)
    }

    /// Files a directory among the pages, the thumbnails or as a page's infrared.
    private mutating func add(
        _ directory: TIFFDirectory, asChild: Bool, reduced: inout [TIFFDirectory]
    ) throws(PictureError) {
        let places = [TIFFTag.stripOffsets, TIFFTag.tileOffsets, TIFFTag.oldJPEGOffset]
        guard directory[TIFFTag.width] != nil, places.contains(where: { directory[$0] != nil }) else { return }
        let kind = try file.number(of: directory[TIFFTag.newSubfileType]) ?? 0
        // 2 in the tag that NewSubfileType replaced.
        let oldKind = try file.number(of: directory[255])
        let isReduced = kind & Kind.reduced != 0 || oldKind == 2
        if kind & Kind.mask != 0 || (asChild && !isReduced) {
            if let last = pages.indices.last, pages[last].infrared == nil,
                try isInfrared(directory, of: pages[last].directory)
            {
                pages[last].infrared = directory
            } else {
                notes.append(.dropped("a page", reason: "it is a mask or a version of another one"))
            }
        } else if isReduced {
            reduced.append(directory)
        } else {
            pages.append(Page(directory: directory))
        }
    }

    /// Returns true for a grey page of 8 bits or more beside a colour one of the same size.
    private func isInfrared(
        _ directory: TIFFDirectory, of page: TIFFDirectory
    ) throws(PictureError) -> Bool {
        guard try file.number(of: directory[TIFFTag.samplesPerPixel]) ?? 1 == 1,
            try file.number(of: page[TIFFTag.samplesPerPixel]) ?? 1 >= 3,
            let bits = try file.number(of: directory[TIFFTag.bitsPerSample]), bits >= 8
        else { return false }
        for tag in [TIFFTag.width, TIFFTag.height] {
            guard try file.number(of: directory[tag]) == file.number(of: page[tag]) else { return false }
        }
        return true
    }
}
