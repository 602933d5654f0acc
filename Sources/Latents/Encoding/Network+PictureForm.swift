package import Networks

extension Network {
    /// True where the result has the size and the channels of the picture.
    package var makesPicturesOfItsInputsForm: Bool { scale == 1 && inputChannels == outputChannels }

    /// Checks that the result has the size and the channels of the picture.
    ///
    /// - Throws: `LatentError.setting`.
    package func checkPictureForm() throws(LatentError) {
        guard makesPicturesOfItsInputsForm else {
            throw .setting(
                name: "the model", found: "one whose results are other than its pictures",
                expected: "one that makes pictures of the same size and channels")
        }
    }
}
