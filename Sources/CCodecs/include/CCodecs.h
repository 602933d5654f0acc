#ifndef CCODECS_H
#define CCODECS_H

// libpng, libjpeg-turbo, libtiff, libwebp, zlib and Little CMS behind plain functions.
//
// Contract of every function that takes a CodecReport: it is one protected region. Errors of the libraries, which
// leave by longjmp, end inside it and come back as a status with a message; no caller's frame is ever jumped over,
// and nothing in here calls back into the caller. After a status other than CODEC_OK a reader or writer may only be
// closed. Memory that is handed in is borrowed until the reader or writer is closed. One handle belongs to one
// thread at a time; different handles are independent.

#include <stddef.h>
#include <stdint.h>

enum {
    CODEC_OK = 0,
    CODEC_TRUNCATED = 1,  // the file ended; `offset` is its length
    CODEC_DAMAGED = 2,    // the library refused the data; `message` says why, in its words
    CODEC_SYSTEM = 3,     // reading or writing failed; `systemError` is errno
    CODEC_NO_MEMORY = 4,
};

typedef struct CodecReport {
    int32_t status;
    int32_t systemError;
    uint64_t offset;    // bytes of the file that had been asked for when it happened
    uint32_t row;       // rows that had been read or written when it happened
    char message[200];  // ends with a zero
} CodecReport;

// Where bytes come from: `count` bytes at `bytes`, or, where `bytes` is null, the file from its beginning.
typedef struct CodecInput {
    const uint8_t *bytes;
    size_t count;
    int32_t descriptor;
} CodecInput;

// PNG, reading. Palettes and depths under 8 come expanded to 8 bits, tRNS as alpha, 16 bits in the machine's order;
// ancillary chunks are not looked at. Interlaced pictures can only be read whole.

typedef struct CodecPNGReader CodecPNGReader;

typedef struct CodecPNGInfo {
    uint32_t width, height;
    uint32_t channels;   // samples a pixel in the rows that are handed out
    uint32_t bitDepth;   // 8 or 16
    uint64_t rowBytes;
    int32_t interlaced;
} CodecPNGInfo;

// With `endsEarly` the file is known to hold all pixels and to lack what follows them: check sums of IDAT are not
// looked at (the caller has done so), and the missing bytes are made up.
CodecPNGReader *codec_png_reader_open(
    CodecInput input, int32_t endsEarly, CodecPNGInfo *info, CodecReport *report);
// Writes `count` rows, `stride` bytes apart, to `rows`. An interlaced picture takes all its rows in one call.
int32_t codec_png_read_rows(
    CodecPNGReader *reader, uint8_t *rows, size_t stride, uint32_t count, CodecReport *report);
// After the last row: reads on to IEND, so that the last check sums are looked at.
int32_t codec_png_read_end(CodecPNGReader *reader, CodecReport *report);
// What the library only warned about, or an empty string.
const char *codec_png_reader_warning(const CodecPNGReader *reader);
void codec_png_reader_close(CodecPNGReader *reader);

// JPEG, reading.

typedef struct CodecJPEGReader CodecJPEGReader;

typedef struct CodecJPEGInfo {
    uint32_t width, height;
    uint32_t channels;      // samples a pixel in the rows that are handed out: 1 grey, 3 RGB, 4 CMYK
    int32_t isWhole;        // the library keeps all coefficients: progressive, or components in separate scans
    uint64_t libraryBytes;  // memory that the library will hold for coefficients, 0 where rows are enough
    int32_t hasAdobeMarker; // CMYK is stored inverted then
} CodecJPEGInfo;

// Peculiarities that cost no pixel, as bits.
enum {
    CODEC_JPEG_ODD_SCAN = 1,     // parameters of a scan that do not fit its kind
    CODEC_JPEG_STRAY_BYTES = 2,  // bytes between two markers, or after the coded data
    CODEC_JPEG_NO_END = 4,       // the file ends without the end marker
    CODEC_JPEG_ODD_END = 8,      // something else than the end marker follows the last row
};

// With `acceptsDamage` the library repairs what it can and goes on; else its warnings about the data are errors.
CodecJPEGReader *codec_jpeg_reader_open(
    CodecInput input, int32_t acceptsDamage, CodecJPEGInfo *info, CodecReport *report);
// Before the first row. Reads the whole file where isWhole says so.
int32_t codec_jpeg_read_begin(CodecJPEGReader *reader, CodecReport *report);
int32_t codec_jpeg_read_rows(
    CodecJPEGReader *reader, uint8_t *rows, size_t stride, uint32_t count, CodecReport *report);
// After the last row: reads on to the end marker.
int32_t codec_jpeg_read_end(CodecJPEGReader *reader, CodecReport *report);
uint32_t codec_jpeg_reader_remarks(const CodecJPEGReader *reader);
// The offset of the first byte that was not read; after codec_jpeg_read_end what follows the picture.
uint64_t codec_jpeg_reader_position(const CodecJPEGReader *reader);
// The first warning about the data that was accepted, or an empty string; `row` is where.
const char *codec_jpeg_reader_warning(const CodecJPEGReader *reader, uint32_t *row);
void codec_jpeg_reader_close(CodecJPEGReader *reader);

// TIFF, reading. The caller reads directories itself; the library sees one that the caller made of what decoding needs,
// in a BigTIFF header and directory before the file's bytes, and decodes strips and tiles.

typedef struct CodecTIFFReader CodecTIFFReader;

typedef struct CodecTIFFPlan {
    const uint8_t *prefix;   // header, directory and values; offsets in it count from its beginning. Borrowed
    size_t prefixCount;
    uint64_t maximumBytes;   // the most that the library may allocate at once
    uint64_t rowBytes;       // of a row that is handed out, in one plane
    uint64_t blockRowBytes;  // of a row of a strip or tile, in one plane
    uint32_t planes;         // separate planes that are read, from the first; 1 for interleaved samples
    int32_t byRows;          // strips are decoded row by row, else whole
    int32_t asRGBA;          // the library converts to RGBA of 8 bits
    int32_t acceptsDamage;   // what cannot be decoded is 0
} CodecTIFFPlan;

CodecTIFFReader *codec_tiff_reader_open(CodecInput input, CodecTIFFPlan plan, CodecReport *report);
// A row has `planes` parts of rowBytes. Bits are packed as stored, samples of 16 bits and more in the machine's order.
// A strip, or a row of tiles, is decoded into memory of its own.
int32_t codec_tiff_read_rows(
    CodecTIFFReader *reader, uint8_t *rows, size_t stride, uint32_t count, CodecReport *report);
// What the library only warned about, or an empty string.
const char *codec_tiff_reader_warning(const CodecTIFFReader *reader);
// The first damage that was accepted, or an empty string; `row` is where.
const char *codec_tiff_reader_damage(const CodecTIFFReader *reader, uint32_t *row);
void codec_tiff_reader_close(CodecTIFFReader *reader);
// Whether the library was built with this scheme of compression.
int32_t codec_tiff_can_decode(uint16_t compression);

// Where bytes go: the descriptor, or memory where it is negative.

typedef struct CodecPNGWriter CodecPNGWriter;

typedef struct CodecPNGLayout {
    uint32_t width, height;
    uint32_t channels;  // 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
    uint32_t bitDepth;  // 8 or 16, the latter in the machine's order
    int32_t compressionLevel;
} CodecPNGLayout;

// Writes the signature and IHDR. Every row gets the filter, Up or Paeth, that promises more; zlib takes the strategy
// for filtered data.
CodecPNGWriter *codec_png_writer_open(int32_t descriptor, CodecPNGLayout layout, CodecReport *report);
// Between opening and the first row: one ancillary chunk, its check sum computed here.
int32_t codec_png_write_chunk(
    CodecPNGWriter *writer, const char *type, const uint8_t *bytes, size_t count, CodecReport *report);
int32_t codec_png_write_rows(
    CodecPNGWriter *writer, const uint8_t *rows, size_t stride, uint32_t count, CodecReport *report);
int32_t codec_png_write_end(CodecPNGWriter *writer, CodecReport *report);
// What was written to memory; valid until the writer is closed.
const uint8_t *codec_png_writer_bytes(const CodecPNGWriter *writer, size_t *count);
void codec_png_writer_close(CodecPNGWriter *writer);

typedef struct CodecJPEGWriter CodecJPEGWriter;

typedef struct CodecJPEGLayout {
    uint32_t width, height;
    uint32_t channels;  // 1 grey, 3 RGB (stored as YCbCr)
    int32_t quality;    // 1...100
    int32_t halvesChroma;   // 4:2:0, else 4:4:4
    int32_t densityUnit;    // JFIF: 0 aspect only, 1 per inch, 2 per centimetre
    uint16_t densityX, densityY;
} CodecJPEGLayout;

// Writes SOI and JFIF.
CodecJPEGWriter *codec_jpeg_writer_open(int32_t descriptor, CodecJPEGLayout layout, CodecReport *report);
// Between opening and the first row: one marker segment of at most 65533 bytes.
int32_t codec_jpeg_write_marker(
    CodecJPEGWriter *writer, int32_t marker, const uint8_t *bytes, size_t count, CodecReport *report);
int32_t codec_jpeg_write_rows(
    CodecJPEGWriter *writer, const uint8_t *rows, size_t stride, uint32_t count, CodecReport *report);
int32_t codec_jpeg_write_end(CodecJPEGWriter *writer, CodecReport *report);
const uint8_t *codec_jpeg_writer_bytes(const CodecJPEGWriter *writer, size_t *count);
void codec_jpeg_writer_close(CodecJPEGWriter *writer);

// TIFF, writing. The library encodes strips; the caller writes the directories, and the header last. Offsets count from
// the beginning of the file, which has room for the header.

enum { TIFF_HEADER_BYTES = 16 };

typedef struct CodecTIFFWriter CodecTIFFWriter;

typedef struct CodecTIFFStrips {
    uint32_t width, height;
    uint32_t channels;      // 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
    uint32_t bitDepth;      // 8 or 16, the latter in the machine's order
    uint32_t rowsPerStrip;
    uint32_t compression;   // 1 none, 5 LZW, 8 Deflate; the latter two with horizontal differences
    int32_t level;          // of Deflate
    int32_t isBigEndian;    // as samples are stored
} CodecTIFFStrips;

CodecTIFFWriter *codec_tiff_writer_open(int32_t descriptor, CodecReport *report);
int32_t codec_tiff_begin_strips(CodecTIFFWriter *writer, CodecTIFFStrips layout, CodecReport *report);
int32_t codec_tiff_write_rows(
    CodecTIFFWriter *writer, const uint8_t *rows, size_t stride, uint32_t count, CodecReport *report);
// Where a strip lies, after the last row and before anything is appended.
void codec_tiff_strip(const CodecTIFFWriter *writer, uint32_t strip, uint64_t *offset, uint64_t *count);
int32_t codec_tiff_append(CodecTIFFWriter *writer, const uint8_t *bytes, size_t count, CodecReport *report);
// Writes TIFF_HEADER_BYTES at the file's beginning.
int32_t codec_tiff_write_header(CodecTIFFWriter *writer, const uint8_t *bytes, CodecReport *report);
const uint8_t *codec_tiff_writer_bytes(const CodecTIFFWriter *writer, size_t *count);
void codec_tiff_writer_close(CodecTIFFWriter *writer);

// libwebp: whole pictures, 8 bits.

// Decodes a still picture of this size, RGB or with `hasAlpha` RGBA, to `rows`, `stride` bytes apart.
int32_t codec_webp_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int32_t hasAlpha, uint8_t *rows, size_t stride,
    CodecReport *report);
// Encodes rows to malloc'd memory, lossy with a quality of 1...100, without loss with 0; null where `report` says why.
uint8_t *codec_webp_encode(
    const uint8_t *rows, size_t stride, uint32_t width, uint32_t height, int32_t hasAlpha, int32_t quality,
    size_t *encodedCount, CodecReport *report);

// zlib, for iCCP, zTXt and iTXt chunks, and for files of numbers.

// Inflates a zlib stream of at most `limit` bytes. Returns malloc'd memory, or null where the stream is damaged,
// incomplete or longer than the limit.
uint8_t *codec_inflate(const uint8_t *bytes, size_t count, size_t limit, size_t *inflatedCount);
// The same for a file of gzip, of which the first member is taken.
uint8_t *codec_gunzip(const uint8_t *bytes, size_t count, size_t limit, size_t *inflatedCount);
// Returns malloc'd memory, or null without memory.
uint8_t *codec_deflate(const uint8_t *bytes, size_t count, size_t *deflatedCount);
// Inflates piece by piece and keeps nothing but the number of bytes that came out.
typedef struct CodecInflater CodecInflater;
CodecInflater *codec_inflater_open(void);  // null without memory
// Takes the next bytes of the stream; what follows its end is passed over. 0 where the stream is damaged.
int32_t codec_inflater_feed(CodecInflater *inflater, const uint8_t *bytes, size_t count);
uint64_t codec_inflater_count(const CodecInflater *inflater);
// Whether the end of the stream was among the bytes; its check sum is not looked at.
int32_t codec_inflater_has_ended(const CodecInflater *inflater);
void codec_inflater_close(CodecInflater *inflater);
uint32_t codec_crc32(uint32_t seed, const uint8_t *bytes, size_t count);
void codec_free(uint8_t *bytes);

// Little CMS: CMYK and Lab to sRGB.

typedef struct CodecColour CodecColour;

enum {
    COLOUR_CMYK = 0,
    COLOUR_CMYK_INVERTED = 1,  // the maximum is no ink
    COLOUR_LAB = 2,            // 16 bits as in version 2 of ICC profiles: L 100 is 0xFF00, a and b 0 are 0x8000
};

// A transform of pixels to sRGB of `bitDepth` (8 or 16), relative colorimetric with black-point compensation; CMYK has
// that depth too. Null where the profile is not a usable one for such pixels. Lab needs none: it is of D50.
CodecColour *codec_colour_open(const uint8_t *profile, size_t count, int32_t kind, uint32_t bitDepth);
void codec_colour_apply(CodecColour *transform, const void *pixels, void *rgb, uint32_t pixelCount);
void codec_colour_close(CodecColour *transform);
// The bytes of an sRGB profile, the same ones at every call; malloc'd.
uint8_t *codec_srgb_profile(size_t *count);

#endif
