/// The numbers of TIFF's tags that are looked at, after the specifications of TIFF 6, EXIF, DNG and Adobe's notes.
enum TIFFTag {
    static let newSubfileType = 254, width = 256, height = 257, bitsPerSample = 258, compression = 259
    static let photometric = 262, fillOrder = 266, imageDescription = 270, make = 271, stripOffsets = 273
    static let orientation = 274, samplesPerPixel = 277, rowsPerStrip = 278, stripByteCounts = 279
    static let xResolution = 282, yResolution = 283, planarConfiguration = 284
    static let resolutionUnit = 296, pageNumber = 297, transferFunction = 301, software = 305, predictor = 317
    static let colorMap = 320, tileWidth = 322, tileHeight = 323, tileOffsets = 324, tileByteCounts = 325
    static let subdirectories = 330, inkSet = 332, extraSamples = 338, sampleFormat = 339, jpegTables = 347
    static let oldJPEGOffset = 513, oldJPEGTables = 519...521
    static let yCbCrSubsampling = 530, xmp = 700, iptc = 33723, photoshop = 34377, exif = 34665, icc = 34675
    static let gps = 34853, layers = 37724, interoperability = 40965, dngVersion = 50706

    /// The tags that the library decodes by, beside those that it is told in words of its own: the compression and its
    /// parameters, the order of bits and planes, those of YCbCr.
    static let decoding: Set<Int> = [
        compression, fillOrder, planarConfiguration, 292, 293, predictor, jpegTables, 512, 513, 514, 515, 517, 518, 519,
        520, 521, 529, yCbCrSubsampling, 531, 532, 37439, 50674,
    ]

    /// The tags of the first directory that EXIF's specification has there, and Windows' texts: they travel in an EXIF
    /// block, into files of any format.
    static let descriptive: Set<Int> = [
        imageDescription, make, 272, orientation, xResolution, yResolution, resolutionUnit, software, 306,
        315, 318, 319, 33432, 40091, 40092, 40093, 40094, 40095,
    ]

    /// The tags that say how samples were stored, and would lie about samples that are stored otherwise.
    static let structural: Set<Int> = decoding.union([
        newSubfileType, photometric, inkSet, extraSamples, sampleFormat, 255, width, height, bitsPerSample, 263, 264,
        265, stripOffsets, orientation, samplesPerPixel,
        rowsPerStrip, stripByteCounts, 288, 289, 290, 291, colorMap, 321, tileWidth, tileHeight, tileOffsets,
        tileByteCounts, 326, 327, 328, 333, 334, 342, 346, 347, 433, 516, 559,
    ])

    /// The tags that point elsewhere in the file.
    static let pointing: Set<Int> = [subdirectories, 400, exif, gps, interoperability]

    /// The smallest and largest samples, ink dots' range: true of the old samples alone.
    static let statistical: Set<Int> = [280, 281, 336, 340, 341]

    /// The places of pixels on the earth, true as long as there are as many.
    static let geographical: Set<Int> = [33550, 33922, 34264]

    /// The tags of DNG and of camera raw, which make other programs develop the samples.
    static let raw: Set<Int> = Set(50706...50741).union(50778...50781).union(50827...50834).union(50874...51134)
        .union([33421, 33422, 51041, 52525, 52526])
}
