import Latents
import Tensors
import Workers

extension AssessmentRun {
    /// The most numbers of a picture, and of all pictures, that pixels are compared for.
    private static let mostPixels = (picture: 16_384, all: 1 << 27)

    /// Measures what labels can be told from latents, and from pixels and principal components beside them; nil without
    /// labels.
    func classes(
        of subjects: [Subject], _ latents: LatentTable, _ loop: ParallelLoop, _ remarks: inout [String]
    ) -> ModelAssessment.Classes? {
        guard latents.labels.contains(where: { !$0.isEmpty }), subjects.count == latents.count else { return nil }
        do {
            var tables = [("latents", latents)]
            if let pixels = try pixels(of: subjects, &remarks) {
                let components = latents.dimension
                if components < pixels.dimension, components <= Self.mostComponents, components < pixels.count {
                    let principal = PrincipalComponents(
                        pixels.elements, dimension: pixels.dimension, count: components, seed: request.seed)
                    tables.append(
                        (
                            "principal components",
                            try LatentTable(
                                dimension: components,
                                elements: principal.coordinates(of: pixels.elements, components: components),
                                entries: pixels.entries)
                        ))
                } else {
                    remarks.append(
                        "no principal components beside the latents: \(components) numbers; expected at most "
                            + "\(min(Self.mostComponents, pixels.dimension - 1, pixels.count - 1))")
                }
                tables.append(("pixels", pixels))
            }
            var settings = request.probe
            settings.seed = request.seed
            var classes: ModelAssessment.Classes?
            for (name, table) in tables {
                let probe = try Probe(table, settings: settings, loop: loop)
                let labelled = table.rows(table.entries.indices.filter { !table.entries[$0].label.isEmpty })
                let clusters = try ClusterSearch(
                    labelled.elements, dimension: table.dimension, counts: [probe.classNames.count], starts: 5,
                    seed: request.seed, loop: loop)
                if classes == nil {
                    classes = ModelAssessment.Classes(
                        protocol: (settings.labelsPerClass.map {
                            "\($0) labels of each class known, mean of \(settings.folds) draws; "
                        } ?? "\(settings.folds)-fold cross-validation; ")
                            + "\(settings.neighbours) nearest neighbours by "
                            + "Euclidean distance; logistic regression on standardised numbers, C = \(settings.strength); "
                            + "k-means of as many clusters as classes; components of the same pictures"
                            + binarisationText,
                        count: probe.classNames.count, pictures: probe.rowCount, baseline: probe.baseline,
                        representations: [])
                }
                classes?.representations.append(
                    ModelAssessment.Representation(
                        name: name, dimension: table.dimension,
                        neighbours: .init(mean: probe.neighbours.mean, deviation: probe.neighbours.deviation),
                        probe: .init(mean: probe.logistic.mean, deviation: probe.logistic.deviation),
                        mutualInformation: clusters.agreement(with: labelled.labels)?.mutualInformation ?? 0))
            }
            return classes
        } catch {
            remarks.append("no figures of labels: \(error)")
            return nil
        }
    }

    /// Returns the samples of pictures as a table; nil where they have several sizes or are large.
    private func pixels(of subjects: [Subject], _ remarks: inout [String]) throws -> LatentTable? {
        let first = subjects[0].image
        guard subjects.allSatisfy({ $0.image.height == first.height && $0.image.width == first.width }) else {
            remarks.append("no pixels beside the latents, since the pictures have several sizes")
            return nil
        }
        guard first.sampleCount <= Self.mostPixels.picture,
            first.sampleCount * subjects.count <= Self.mostPixels.all
        else {
            remarks.append(
                "no pixels beside the latents: pictures of \(first.sampleCount) samples; expected at most "
                    + "\(min(Self.mostPixels.picture, Self.mostPixels.all / subjects.count))")
            return nil
        }
        return try LatentTable(
            dimension: first.sampleCount, elements: subjects.flatMap(\.image.samples),
            entries: subjects.map { .init(label: $0.label) })
    }
}
