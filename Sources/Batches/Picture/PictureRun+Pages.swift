import Files
import Imaging
import Reports
import Restoration
import SystemPackage
import Workers

/// Files of several pages: each page is copied to a file of its own, goes through the stages as a picture does, and the
/// results are joined, in order, to one output. Where the output has one page, the plan has made a picture of each.
extension PictureRun {
    /// One page of a file under way.
    private struct Page {
        /// The page alone, as it was.
        var source: AtomicFile
        var opened: OpenedPicture
        var examined: ExaminedPicture
        var restored: RestoredPicture
    }

    /// Returns the pages of a picture's file, where a picture read from it would not be all that is asked for; else nil.
    func pages(of picture: BatchPlan.Picture) throws -> TIFFPages? {
        guard picture.container == .tiff else { return nil }
        let pages = try TIFFPages(of: picture.path)
        return picture.page != nil || pages.areSeveral ? pages : nil
    }

    /// Takes the pages that the picture's output is made of through all stages.
    func restore(
        _ pages: TIFFPages, of picture: BatchPlan.Picture, by process: any PictureProcess,
        into record: inout PictureRecord, on worker: Worker, begin: (Int) -> Void,
        progress: @escaping @Sendable (Int) -> Void
    ) throws {
        try checkSidecars(of: picture)
        let numbers = picture.page.map { [$0] } ?? Array(pages.pages.indices)
        guard numbers.allSatisfy(pages.pages.indices.contains) else { throw InputChanged() }
        begin(numbers.reduce(0) { $0 + pages.pages[$1].width * pages.pages[$1].height })
        var done: [Page] = []
        defer {
            for page in done {
                page.source.discard()
                page.restored.file.discard()
            }
        }
        for number in numbers {
            let source = try page(number, of: pages, for: picture)
            var pageRecord = record
            do {
                var part = picture
                part.path = source.temporary
                part.stamp = try FileStamp(of: source.temporary)
                var opened = try open(part, into: &pageRecord)
                opened.mending = try mend(
                    opened, page: picture.page == nil && numbers.count > 1 ? number : nil,
                    infrared: pages.pages[number].infrared == nil ? nil : (picture.path, number), on: worker)
                opened.tone = try tone(opened, on: worker)
                let examined = try examine(
                    opened, for: process.process(forPicture: picture.name), into: &pageRecord, on: worker)
                let restored = try restore(opened, examined, into: &pageRecord, on: worker, progress: progress)
                done.append(Page(source: source, opened: opened, examined: examined, restored: restored))
            } catch {
                source.discard()
                throw error
            }
            if done.count == 1 { record = pageRecord }
        }
        let restored = try join(done, numbers, pages, of: picture)
        defer { restored.file.discard() }
        // What is verified is the file, not the page's copy.
        var opened = done[0].opened
        opened.picture = picture
        var entry = try verify(restored, of: opened, done[0].examined, into: &record, on: worker)
        if interruption.isRequested { throw RestorationError.cancelled }
        try commit(restored, as: &entry, of: picture)
        record = entry.record
    }

    /// Returns a temporary file beside the output that holds one page alone.
    private func page(_ number: Int, of pages: TIFFPages, for picture: BatchPlan.Picture) throws -> AtomicFile {
        let output = plan.outputPath(of: picture)
        return try writing(output) {
            try createFolders(at: output.removingLastComponent())
            let file = try AtomicFile(replacing: output)
            do {
                let assembly = try TIFFAssembly(descriptor: file.descriptor)
                try assembly.add(page: number, of: pages)
                try assembly.finish()
                return file
            } catch {
                file.discard()
                throw error
            }
        }
    }

    /// Puts the results together: one page as it is, several in a TIFF, each followed by its infrared.
    private func join(
        _ done: [Page], _ numbers: [Int], _ pages: TIFFPages, of picture: BatchPlan.Picture
    ) throws -> RestoredPicture {
        let settings = plan.request.settings
        var notes = pages.notes
        for (number, page) in zip(numbers, done) {
            notes +=
                number == 0 || numbers.count == 1
                ? page.restored.notes
                : page.restored.notes.map { .remark(layer: "page \(number + 1)", message: "\($0)") }
        }
        let remarks = zip(numbers, done).flatMap { number, page in
            // Those of the first page's mending are told with the picture.
            let mending = number == numbers[0] ? [] : page.opened.mending?.remarks ?? []
            return (mending + page.restored.remarks).map { numbers.count == 1 ? $0 : "page \(number + 1) \($0)" }
        }
        let infrared = numbers.count { pages.pages[$0].infrared != nil }
        let target = plan.outputPath(of: picture)
        guard picture.outputContainer == .tiff else {
            if infrared > 0 {
                notes.append(.dropped("infrared", reason: "\(picture.outputContainer.rawValue) has no place for it"))
            }
            var restored = done[0].restored
            (restored.notes, restored.remarks, restored.copiedSHA256) = (notes, remarks, nil)
            return restored
        }
        let file = try writing(target) { try AtomicFile(replacing: target) }
        let isUntouched =
            settings.keepsBytes
            && done.allSatisfy { $0.examined.process is PassThrough && !$0.opened.isPrepared }
        var copiedSHA256: SHA256Digest?
        do {
            if isUntouched {
                notes = []
                copiedSHA256 = try writing(target) { try file.copy(from: picture.path) }
            } else {
                try writing(target) {
                    let assembly = try TIFFAssembly(descriptor: file.descriptor)
                    for (number, page) in zip(numbers, done) {
                        try assembly.add(allOf: page.restored.file.temporary)
                        try assembly.add(infraredOf: number, of: pages, limits: limits, damaged: settings.damaged)
                    }
                    try assembly.finish()
                }
                if infrared > 0 {
                    notes.append(.remark(layer: "TIFF", message: "infrared kept as it is, in a page of its own"))
                }
            }
        } catch {
            file.discard()
            throw error
        }
        return RestoredPicture(
            file: file, notes: notes, workFactor: done.map(\.restored.workFactor).max() ?? 1, harm: nil,
            copiedSHA256: copiedSHA256, remarks: remarks)
    }
}
