public import Autoencoders
public import Kernels
public import Networks
import Tensors

/// The function that a run of training minimises: terms, bound to the values of a network and to the fields of its
/// data.
public final class Objective: Sendable {
    /// The terms, which are summed.
    public let terms: [ObjectiveTerm]
    /// The fields of a sample of the data.
    public let fields: [SampleField]
    /// The values of the graph that the terms read, the result first.
    package let values: [Graph.Value]
    /// The terms by the parameters that they move; each group of terms takes a forward and a backward pass of its own.
    let passes: [ObjectivePass]
    /// The indices of the terms that are computed from weights alone.
    let decays: [Int]
    private let teachers: [TeacherNetwork]

    /// Binds the terms to a network and to the fields of its data.
    ///
    /// - Parameters:
    ///   - groups: the names of the groups of parameters.
    ///   - algorithm, isa: those of perceptual terms, as for the network in training.
    ///   - models: returns the trained network of a name or folder.
    /// - Throws: `TrainingError.term` for a term that does not fit network or data, `.setting` for data that lack an
    ///   input; the errors of `models`.
    public init(
        _ terms: [ObjectiveTerm], network: Network, fields: [SampleField], groups: [String] = [],
        algorithm: ConvolutionAlgorithm = .winograd, isa: InstructionSet = .current,
        models: (String) throws -> Network = {
            throw TrainingError.setting(
                name: "model", found: "'\($0)'", expected: "no trained network, since none can be found")
        }
    ) throws {
        var binding = ObjectiveBinding(network: network, fields: fields, groups: groups, algorithm, isa)
        try binding.checkInputs()
        for (index, term) in terms.enumerated() {
            guard !terms[..<index].contains(where: { $0.name == term.name }) else {
                throw TrainingError.term(name: term.name, found: "two terms of that name", expected: "one")
            }
            try binding.add(term, number: index, models: models)
        }
        guard !terms.isEmpty else {
            throw TrainingError.setting(name: "objective", found: "empty", expected: "at least one term")
        }
        self.terms = terms
        self.fields = fields
        values = binding.values
        decays = binding.decays
        passes = binding.passes(termCount: terms.count)
        teachers = Array(binding.teachers.values)
    }

    /// Checks that the patches of a run fit the other networks that take them.
    ///
    /// - Throws: `TrainingError.setting`.
    public func check(_ stages: [PatchStages.Stage]) throws(TrainingError) {
        for teacher in teachers {
            try stages.checkPatches(multiplesOf: teacher.network.grid * teacher.network.scale, for: "the teacher")
        }
        for perceptual in perceptualTerms {
            try stages.checkPatches(
                multiplesOf: perceptual.graph.grid(), for: "the network behind the perceptual term")
        }
    }

    private var perceptualTerms: [PerceptualTerm] {
        passes.flatMap(\.parts).compactMap { $0.evaluator as? PerceptualTerm }
    }

    /// Prepares the networks beside the one in training for a batch of samples whose pictures have this size.
    func prepare(height: Int, width: Int, workers: Int) {
        for teacher in teachers { teacher.prepare(height: height, width: width, workers: workers) }
        for term in perceptualTerms { term.prepare(height: height, width: width, workers: workers) }
    }

    /// Returns the multiply-adds of the networks beside the one in training for one pixel of a sample's picture.
    func multiplyAddsPerPixel(scale: Int) -> Double {
        let seeing = perceptualTerms.reduce(0) { $0 + 3 * $1.graph.multiplyAddsPerPixel * Double(scale * scale) }
        return teachers.reduce(seeing) { $0 + $1.network.multiplyAddsPerPixel }
    }
}
