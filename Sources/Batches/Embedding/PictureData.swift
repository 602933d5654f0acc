import Files
public import Imaging
import Latents
import Synchronization
public import SystemPackage
public import Tensors
public import Workers

/// Pictures as data: those of a folder, a picture, or an array of them (NPY, IDX, CSV), each with a name and perhaps a
/// label.
public struct PictureData: Sendable {
    /// The folder, picture or array.
    public let path: FilePath
    /// The names of the pictures as `PathText` writes them; those of an array's end in their number.
    public let paths: [String]
    /// The label of each picture; an empty text where it has none.
    public let labels: [String]
    private let inspection: InspectionRun?
    private let array: ArrayPictures?
    private let interruption: Interruption

    /// An array of pictures.
    private struct ArrayPictures: Sendable {
        var numbers: NumberArray
        var shape: (channels: Int, height: Int, width: Int, isInterleaved: Bool)
        var white: Float
    }

    /// Searches for pictures and their labels.
    ///
    /// - Parameters:
    ///   - labels: a file with labels; nil where the first folders of the names are the labels.
    ///   - side: the side of a square whose samples an array's rows may be, in pixels.
    ///   - channels: the channels of such a square.
    ///   - byteLimit: the bytes that the pictures may take which are under way together, or those of an array.
    /// - Throws: `NumberArrayError`; `LatentError.setting` for an array that holds no pictures, and labels that are not
    ///   theirs.
    public init(
        _ path: FilePath, labels: FilePath? = nil, side: Int = 1, channels: Int = 1, byteLimit: Int,
        maximumPixels: Int = PictureLimits().maximumPixels, damaged: DamagePolicy = .reject,
        interruption: Interruption = .init()
    ) throws {
        self.path = path
        self.interruption = interruption
        let names: [FilePath]
        if Self.isArray(path) {
            let numbers = try NumberArray(reading: path, maximumCount: byteLimit / MemoryLayout<Float>.stride)
            array = try Self.pictures(numbers, path, side: side, channels: channels)
            inspection = nil
            names = (0..<numbers.count).map { FilePath("\($0)") }
            let name = path.lastComponent?.string ?? ""
            paths = names.map { PathText.text(of: FilePath("\(name)/\($0.string)")) }
        } else {
            let run = InspectionRun(
                [path], byteLimit: byteLimit, maximumPixels: maximumPixels, damaged: damaged,
                interruption: interruption)
            inspection = run
            array = nil
            names = run.names
            paths = names.map { PathText.text(of: $0) }
        }
        self.labels =
            if let labels {
                try ClassLabels.labels(in: labels, of: names, refusesUnknown: true)
            } else {
                ClassLabels.folders(of: names)
            }
    }

    /// The number of pictures.
    public var count: Int { paths.count }
    /// True where the pictures are those of an array, which labels know by their numbers.
    public var isArray: Bool { array != nil }
    /// The warnings of the search for pictures.
    public var warnings: [String] { inspection?.warnings ?? [] }
    /// The inputs that are no pictures or cannot be read, each with the reason.
    public var failures: [String] { inspection?.failures ?? [] }

    private static func isArray(_ path: FilePath) -> Bool {
        !FileStamp.isFolder(path) && (NumberArray.isArray(path) || ["csv", "CSV"].contains(path.extension ?? ""))
    }

    private static func pictures(
        _ numbers: NumberArray, _ path: FilePath, side: Int, channels: Int
    ) throws(LatentError) -> ArrayPictures {
        guard let shape = numbers.pictureShape(side: side, channels: channels) else {
            throw .setting(
                name: "\"\(path.printed)\"", found: "of the shape \(numbers.shape)",
                expected:
                    "pictures: [count, height, width], [count, height, width, 1 or 3] or rows of a square's samples")
        }
        guard let least = numbers.elements.min(), let largest = numbers.elements.max(), least >= 0, largest <= 255
        else {
            throw .setting(
                name: "\"\(path.printed)\"",
                found: "of numbers from \(numbers.elements.min() ?? 0) to \(numbers.elements.max() ?? 0)",
                expected: "0 to 1, or 0 to 255")
        }
        return ArrayPictures(numbers: numbers, shape: shape, white: numbers.white)
    }

    /// The number of pictures of an array that are looked at before any of them is told.
    private static let together = 512

    /// Calls `body` with pictures, samples on 0...1, and `observe` with each picture's place and finding, in order. An
    /// interruption leaves out what has not begun.
    ///
    /// - Parameters:
    ///   - rows: the places of the pictures that are looked at, in order; nil for all.
    ///   - bytes: the bytes that `body` needs beside a picture of this height and width.
    public func forEach<Finding: Sendable>(
        _ rows: [Int]? = nil, on team: WorkerTeam, bytes: @escaping @Sendable (_ height: Int, _ width: Int) -> Int,
        observe: @escaping @Sendable (Int, InspectionRun.Outcome<Finding>) -> Void,
        looking body: @escaping @Sendable (PlanarImage) throws -> Finding
    ) throws {
        if let inspection {
            inspection.forEach(
                rows, on: team, bytes: { bytes($0.height, $0.width) }, observe: observe,
                looking: { picture, _, _, _ in try body(picture.image) })
            return
        }
        guard let array else { return }
        let rows = rows ?? Array(0..<count)
        for first in stride(from: 0, to: rows.count, by: Self.together) where !interruption.isRequested {
            let part = rows[first..<min(rows.count, first + Self.together)]
            let found = Mutex([InspectionRun.Outcome<Finding>?](repeating: nil, count: part.count))
            team.forEach(part.count) { _, index in
                let row = rows[first + index]
                let picture = array.numbers.picture(row, shape: array.shape, white: array.white)
                let outcome = Result { try body(picture) }.mapError { PictureFault("\"\(paths[row])\": \($0)") }
                found.withLock { $0[index] = outcome }
            }
            for (row, outcome) in zip(part, found.withLock { $0 }) { outcome.map { observe(row, $0) } }
        }
    }

    /// Returns what `body` finds in pictures, in order with their places, and the reasons for those in which it finds
    /// nothing.
    ///
    /// - Parameters: as of `forEach`.
    func findings<Finding: Sendable>(
        _ rows: [Int]? = nil, on team: WorkerTeam, bytes: @escaping @Sendable (_ height: Int, _ width: Int) -> Int,
        looking body: @escaping @Sendable (PlanarImage) throws -> Finding
    ) throws -> (found: [(row: Int, finding: Finding)], failures: [String]) {
        let state = Mutex((found: [(row: Int, finding: Finding)](), failures: [String]()))
        try forEach(
            rows, on: team, bytes: bytes,
            observe: { row, outcome in
                state.withLock { state in
                    switch outcome {
                    case .success(let finding): state.found.append((row, finding))
                    case .failure(let fault): state.failures.append("\(fault)")
                    }
                }
            }, looking: body)
        return state.withLock { ($0.found, $0.failures) }
    }

    /// Reads pictures into memory, without alpha and with the channels that are asked for.
    ///
    /// - Parameters:
    ///   - rows: the places of the pictures, in order; nil for all.
    ///   - side: the side, in pixels, of the square in the middle of each picture that is kept; 0 for whole pictures.
    ///   - byteLimit: the bytes that all of them may take.
    /// - Returns: the pictures that can be read with their places, and the reasons for the others.
    /// - Throws: `LatentError.setting` where they take more bytes.
    public func pictures(
        _ rows: [Int]? = nil, channels: Int, side: Int = 0, byteLimit: Int, on team: WorkerTeam
    ) throws -> (pictures: [(row: Int, image: PlanarImage)], failures: [String]) {
        let held = Mutex(0)
        let tooMany = LatentError.setting(
            name: "\"\(path.printed)\"", found: "more than \(byteLimit >> 20) MiB of pictures",
            expected: "fewer or smaller ones, or more memory")
        let (found, faults) = try findings(
            rows, on: team, bytes: { channels * $0 * $1 * MemoryLayout<Float>.stride },
            looking: { picture in
                var image = picture.onWhite.converted(toChannels: channels)
                if side > 0 { image = image.middle(side: side) }
                let bytes = image.sampleCount * MemoryLayout<Float>.stride
                let all = held.withLock { held in
                    held += bytes
                    return held
                }
                guard all <= byteLimit else { throw tooMany }
                return image
            })
        guard held.withLock({ $0 }) <= byteLimit else { throw tooMany }
        return (found.map { ($0.row, $0.finding) }, failures + faults)
    }
}

extension PlanarImage {
    /// Returns the square of `side` pixels in the middle, or as much of it as there is.
    fileprivate func middle(side: Int) -> PlanarImage {
        let (rows, columns) = (min(side, height), min(side, width))
        return cropped(top: (height - rows) / 2, left: (width - columns) / 2, height: rows, width: columns)
    }
}
