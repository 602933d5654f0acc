import CCodecs

extension CodecReport {
    /// The message of the library.
    var text: String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Returns the error of a reading call; `expected` says what the call was made for.
    func readingError(layer: String, expected: String) -> PictureError {
        switch Int(status) {
        case CODEC_SYSTEM: .cannotRead(code: systemError)
        case CODEC_NO_MEMORY: .outOfMemory(bytes: nil)
        case CODEC_TRUNCATED:
            .damaged(layer: layer, found: "the end of the file at byte \(offset)", expected: expected)
        default: .damaged(layer: layer, found: "\"\(text)\"", expected: expected)
        }
    }

    /// The error of a writing call.
    var writingError: PictureError {
        switch Int(status) {
        case CODEC_SYSTEM: .cannotWrite(code: systemError)
        case CODEC_NO_MEMORY: .outOfMemory(bytes: nil)
        default: .cannotEncode(text)
        }
    }
}
