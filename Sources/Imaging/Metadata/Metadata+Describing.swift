extension Metadata {
    /// The metadata as it has to be in a file of this size: EXIF and XMP corrected, a profile for other pixels dropped.
    ///
    /// - Parameter needsEXIF: an EXIF block is made for `software` where there is none.
    func describing(
        width: Int, height: Int, color: PixelFormat.Color, software: String?, needsEXIF: Bool,
        notes: inout [PictureNote]
    ) -> Metadata {
        var metadata = self
        metadata.xmp = xmp.map { XMPPacket.describing($0, width: width, height: height) }
        metadata.icc = ICCProfile.checked(icc, for: color, notes: &notes)
        if let exif {
            do throws(EXIFBlock.Fault) {
                var block = try EXIFBlock(exif)
                try block.describe(
                    width: width, height: height, software: software, isConvertedToSRGB: isConvertedToSRGB)
                metadata.exif = block.bytes
            } catch {
                metadata.exif = nil
                notes.append(.dropped("EXIF", reason: "it \(error)"))
            }
        }
        if metadata.exif == nil, needsEXIF, let software { metadata.exif = EXIFBlock.naming(software) }
        return metadata
    }
}
