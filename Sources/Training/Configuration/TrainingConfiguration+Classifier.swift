import Autoencoders
import Files
import Latents
import SystemPackage

extension TrainingConfiguration {
    /// Returns the configuration of a classifier whose encoder is that of this configuration's network, with its weights
    /// where it has an initial model.
    ///
    /// The classes are those of the labels; where none are stated, the first folders of the pictures' names. The square
    /// that is classified has the side of a patch.
    ///
    /// - Parameters:
    ///   - units: of the head's hidden layer, 0 for none.
    ///   - freezesEncoder: true where the head alone learns.
    /// - Throws: `TrainingError.setting` where there are no labels, or labels of one class, for pictures that are not
    ///   clean ones, and for settings that classifying has no use for; `LatentError`, `NumberArrayError`, `ModelFileError`.
    public func classifying(units: Int = 0, freezesEncoder: Bool = false) throws -> TrainingConfiguration {
        var result = self
        guard case .clean(let paths) = source.pictures else {
            throw TrainingError.setting(name: "images", found: "missing", expected: "pictures to tell classes of")
        }
        for (isGiven, name) in [
            (objective.loss != nil, "loss"), (objective.terms != nil, "objective"),
            (objective.teacher != nil, "teacher"), (objective.perceptual != nil, "perceptual"),
            (!validation.pictures.isEmpty, "validation"), (source.masks != nil, "masks"),
        ] { try TrainingError.check(!isGiven, name, "given", "none for a classifier, which learns labels") }
        let place = source.labels ?? Source.labelsOfFolders
        let names = try Self.classNames(of: paths, labels: place)
        try TrainingError.check(
            names.count >= 2, "labels", names.first.map { "of one class, '\($0)'" } ?? "missing",
            "two classes or more: folders that pictures lie in, or a file")
        let classifier = Classifier(
            encoder: architecture, side: sampling.stages.map(\.patch).max() ?? 0, units: units, classes: names.count)
        try classifier.validate()
        result.architecture = classifier
        result.source.labels = place
        if sampling.corruptions == [type(of: architecture).standardCorruption] {
            result.sampling.corruptions = ["none"]
        }
        if freezesEncoder {
            result.optimisation.groups = [ParameterGroup(name: "head", parameters: classifier.headParameters)]
            result.objective.terms = classifier.reconstruction.map { term in
                var term = term
                term.groups = ["head": 1]
                return term
            }
        }
        return result
    }

    /// Returns the names of the classes that labels name, without reading a picture.
    private static func classNames(of images: [String], labels place: String) throws -> [String] {
        guard place == Source.labelsOfFolders else { return try ClassLabels.names(in: FilePath(place)) }
        let folders = images.map { FilePath($0) }.filter { FileStamp.isFolder($0) }
        let found = try folders.flatMap { folder in
            try FolderWalk(folder).files.map { folders.count > 1 ? folder.pushing($0.relativePath) : $0.relativePath }
        }
        let texts = ClassLabels.folders(of: found)
        return texts.allSatisfy(\.isEmpty) ? [] : try ClassLabels(texts).names
    }
}
