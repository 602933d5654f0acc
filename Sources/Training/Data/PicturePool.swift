public import Files
import Imaging
import Latents
import Synchronization
public import SystemPackage
import Workers

/// The pictures of one or more folders, or of arrays (NPY and IDX files), read once into memory as 8 bits.
///
/// Every picture is decoded at the beginning, so that a damaged one is known before training. As many as fit stay in
/// memory; where not all fit, the others are read again when a patch of theirs is asked for, and the least recently
/// used ones are released for them.
public final class PicturePool: Sendable {
    /// A picture that patches are taken from.
    public struct Picture: Sendable, Equatable {
        /// The name relative to the folder where there is one, else the path that begins with the folder's.
        public var name: FilePath
        /// The path of the file.
        public var path: FilePath
        /// The height in pixels.
        public var height: Int
        /// The width in pixels.
        public var width: Int
        /// The digest of the samples, as `BytePicture` has them.
        public var digest: SHA256Digest
    }

    /// The channels that all pictures are converted to: 1 (grey) or 3 (RGB).
    public let channels: Int
    /// The pictures in the order of the folders, in each by name.
    public let pictures: [Picture]
    /// The pictures that are damaged or smaller than a patch, in the same order. Files that are no pictures are not
    /// listed.
    public let skipped: [TrainingDataError.SkippedPicture]
    /// The number of pixels of the pictures before each one, and of all at the end; those that are not drawn have none.
    private let areas: [Int]
    private let maximumBytes: Int
    /// The binarisation of the pictures that is the same each time.
    private let binarisation: Binarisation
    /// All pictures, where they fit.
    private let resident: [BytePicture]?
    private let cache: Mutex<Cache>

    private struct Cache {
        var entries: [Int: (picture: BytePicture, lastUse: Int)] = [:]
        var byteCount = 0
        var clock = 0
        /// The number of times that a picture was read again.
        var readCount = 0
    }

    /// Reads `folders` and the folders below them.
    ///
    /// - Parameters:
    ///   - channels: 1 or 3; see `BytePicture` for what becomes of colour, grey, alpha and 16 bits.
    ///   - smallestSide: pictures with a side shorter than this are left out.
    ///   - maximumBytes: of decoded pictures; the one in use stays whatever its size.
    /// - Throws: `TrainingDataError` where a folder cannot be read or no picture is left.
    /// - Complexity: decodes every picture once, on `workers` threads.
    public init(
        folders: [FilePath], channels: Int, smallestSide: Int, maximumBytes: Int = .max, workers: Int = 1
    ) throws(TrainingDataError) {
        precondition(channels == 1 || channels == 3)
        var files: [FolderWalk.File] = []
        var arrays: [FilePath] = []
        for folder in folders {
            guard !NumberArray.isArray(folder) else {
                arrays.append(folder)
                continue
            }
            let walk: FolderWalk
            do { walk = try FolderWalk(folder) } catch { throw .unreadableFolder(reason: "\(error)") }
            if let problem = walk.problems.first { throw .unreadableFolder(reason: "\(problem)") }
            files += walk.files.map { file in
                var file = file
                if folders.count > 1 { file.relativePath = folder.pushing(file.relativePath) }
                return file
            }
        }
        let readings = Self.read(
            files, channels: channels, smallestSide: smallestSide, maximumBytes: maximumBytes, workers: workers)
        var pictures: [Picture] = []
        var skipped: [TrainingDataError.SkippedPicture] = []
        var areas = [0]
        var cache = Cache()
        for (file, reading) in zip(files, readings) {
            switch reading {
            case .notAPicture: break
            case .unusable(let reason): skipped.append(.init(name: file.relativePath, reason: reason))
            case .usable(let height, let width, let digest, let picture):
                if let picture {
                    cache.entries[pictures.count] = (picture, 0)
                    cache.byteCount += picture.byteCount
                }
                pictures.append(
                    Picture(
                        name: file.relativePath, path: file.path, height: height, width: width, digest: digest))
                areas.append((areas.last ?? 0) + height * width)
            }
        }
        for path in arrays {
            for (index, picture) in try Self.pictures(of: path, channels: channels).enumerated() {
                let name = path.appending("\(index)")
                guard min(picture.height, picture.width) >= smallestSide else {
                    let reason = Self.tooSmall(height: picture.height, width: picture.width, smallestSide)
                    skipped.append(.init(name: name, reason: reason))
                    continue
                }
                // Pictures of arrays stay, since reading one again means reading all.
                cache.entries[pictures.count] = (picture, .max)
                cache.byteCount += picture.byteCount
                let digest: SHA256Digest
                do { digest = try picture.digest() } catch { throw .unreadableFolder(reason: "\(error)") }
                pictures.append(
                    Picture(name: name, path: path, height: picture.height, width: picture.width, digest: digest))
                areas.append((areas.last ?? 0) + picture.height * picture.width)
            }
            guard cache.byteCount <= maximumBytes else {
                throw .unreadableFolder(
                    reason: "the pictures of \(path.printed) take \(cache.byteCount) bytes with what was read before, "
                        + "expected at most \(maximumBytes), since arrays stay in memory")
            }
        }
        guard !pictures.isEmpty else { throw .noPictures(folders: folders, skipped: skipped) }
        self.channels = channels
        self.pictures = pictures
        self.skipped = skipped
        self.areas = areas
        self.maximumBytes = maximumBytes
        let all = pictures.indices.compactMap { cache.entries[$0]?.picture }
        resident = all.count == pictures.count ? all : nil
        self.cache = Mutex(cache)
        binarisation = .none
    }

    /// Returns the same pool, of whose pictures patches are taken from those alone for which `isDrawn` is true.
    ///
    /// - Precondition: it is true for one or more.
    func drawing(where isDrawn: (Int) -> Bool) -> PicturePool {
        var areas = [0]
        for (index, picture) in pictures.enumerated() {
            areas.append((areas.last ?? 0) + (isDrawn(index) ? picture.height * picture.width : 0))
        }
        return PicturePool(self, areas: areas, binarisation: binarisation)
    }

    /// Returns the same pool with pictures of two levels; the pool itself where each patch is drawn by itself.
    func binarised(_ binarisation: Binarisation) -> PicturePool {
        PicturePool(self, areas: areas, binarisation: binarisation)
    }

    private init(_ pool: PicturePool, areas: [Int], binarisation: Binarisation) {
        precondition(areas.last != 0)
        self.areas = areas
        self.binarisation = binarisation
        (channels, pictures, skipped) = (pool.channels, pool.pictures, pool.skipped)
        maximumBytes = pool.maximumBytes
        var cache = pool.cache.withLock { $0 }
        for (index, entry) in cache.entries {
            cache.entries[index] = (entry.picture.binarised(binarisation, index: index), entry.lastUse)
        }
        let all = pictures.indices.compactMap { cache.entries[$0]?.picture }
        resident = all.count == pictures.count ? all : nil
        self.cache = Mutex(cache)
    }

    private static func tooSmall(height: Int, width: Int, _ smallestSide: Int) -> String {
        "\(width)x\(height) is smaller than \(smallestSide) pixels"
    }

    /// Returns the pictures of an array, whose white is 255, or 1 where no number is larger.
    private static func pictures(of path: FilePath, channels: Int) throws(TrainingDataError) -> [BytePicture] {
        let array: NumberArray
        do { array = try NumberArray(reading: path) } catch { throw .unreadableFolder(reason: "\(error)") }
        let isShaped = array.shape.count == 3 || (array.shape.count == 4 && [1, 3].contains(array.shape[3]))
        let (least, largest) = (array.elements.min() ?? 0, array.elements.max() ?? 0)
        guard isShaped, least >= 0, largest <= 255 else {
            throw .unreadableFolder(
                reason: "\(path.printed) holds numbers of \(least) to \(largest) in the shape \(array.shape), expected "
                    + "0 to 255 in [count, height, width] or [count, height, width, 1 or 3]")
        }
        return (0..<array.count).map {
            BytePicture(array, at: $0, white: largest <= 1 ? 1 : 255, channels: channels)
        }
    }

    private enum Reading: Sendable {
        case notAPicture
        case unusable(String)
        case usable(height: Int, width: Int, SHA256Digest, BytePicture?)
    }

    private static func read(
        _ files: [FolderWalk.File], channels: Int, smallestSide: Int, maximumBytes: Int, workers: Int
    ) -> [Reading] {
        let readings = Mutex([Reading](repeating: .notAPicture, count: files.count))
        let kept = Atomic(0)
        ParallelLoop.threads(workers).forEach(files.count) { _, index in
            let reading: Reading
            do throws(PictureError) {
                let info = try PictureReader(path: files[index].path).info
                let (height, width) = (info.height, info.width)
                if min(height, width) < smallestSide {
                    reading = .unusable(tooSmall(height: height, width: width, smallestSide))
                } else {
                    let picture = try BytePicture(reading: files[index].path, channels: channels)
                    let bytes = picture.byteCount
                    let isKept = kept.add(bytes, ordering: .relaxed).newValue <= maximumBytes
                    if !isKept { kept.subtract(bytes, ordering: .relaxed) }
                    do {
                        reading = .usable(
                            height: height, width: width, try picture.digest(), isKept ? picture : nil)
                    } catch { reading = .unusable("\(error)") }
                }
            } catch {
                if case .notAPicture = error { reading = .notAPicture } else { reading = .unusable("\(error)") }
            }
            readings.withLock { $0[index] = reading }
        }
        return readings.withLock { $0 }
    }

    /// The number of pixels of all pictures that are drawn.
    public var area: Int { areas[pictures.count] }

    /// True where all pictures are in memory.
    public var isResident: Bool { resident != nil }

    /// The number of bytes of the pictures that are in memory.
    public var byteCount: Int { cache.withLock { $0.byteCount } }

    /// The number of times that a released picture was read again.
    public var readAgainCount: Int { cache.withLock { $0.readCount } }

    /// Returns the index of the picture that holds pixel `pixel` of 0..<area: a uniformly sampled pixel samples
    /// pictures in proportion to their areas.
    func index(ofPixel pixel: Int) -> Int {
        var (low, high) = (0, pictures.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if areas[middle] <= pixel { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Returns the picture at `index`, from memory or read again. Any thread may call.
    func picture(at index: Int) throws(TrainingDataError) -> BytePicture {
        if let resident { return resident[index] }
        let found = cache.withLock { cache -> BytePicture? in
            cache.clock += 1
            cache.entries[index]?.lastUse = cache.clock
            return cache.entries[index]?.picture
        }
        if let found { return found }
        let entry = pictures[index]
        var picture: BytePicture
        do { picture = try BytePicture(reading: entry.path, channels: channels) } catch {
            throw .changed(name: entry.name, reason: "\(error)")
        }
        guard picture.height == entry.height, picture.width == entry.width else {
            throw .changed(
                name: entry.name,
                reason: "\(picture.width)x\(picture.height) pixels, it had \(entry.width)x\(entry.height)")
        }
        guard (try? picture.digest()) == entry.digest else {
            throw .changed(name: entry.name, reason: "its samples are others")
        }
        picture = picture.binarised(binarisation, index: index)
        cache.withLock { [picture] cache in
            cache.readCount += 1
            guard cache.entries[index] == nil else { return }
            while cache.byteCount + picture.byteCount > maximumBytes,
                let oldest = cache.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                cache.byteCount -= oldest.value.picture.byteCount
                cache.entries[oldest.key] = nil
            }
            cache.entries[index] = (picture, cache.clock)
            cache.byteCount += picture.byteCount
        }
        return picture
    }
}
