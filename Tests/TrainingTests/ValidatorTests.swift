import Autoencoders
import Foundation
import SystemPackage
import Testing
import Training

@Suite struct ValidatorTests {
    /// Before stands what the network is to improve on: of a picture to restore the picture, of marks no marks at all.
    @Test(arguments: TrainingConfiguration.Goal.allCases)
    func pairsAreMeasuredByTheirGoal(goal: TrainingConfiguration.Goal) throws {
        let data = try DataFolder()
        func input(_ c: Int, _ y: Int, _ x: Int) -> Int { 40 * c + 5 * y + 3 * x }
        func mark(_ c: Int, _ y: Int, _ x: Int) -> Int { y < 4 && x < 8 ? 255 : 0 }
        try data.write("in/a.png", width: 16, height: 16, input)
        try data.write("out/a.png", width: 16, height: 16, mark)
        let (inputs, targets) = (data.path.appending("in").string, data.path.appending("out").string)
        var configuration = try TrainingConfiguration(
            json: """
                {"architecture": {"architecture": "unet", "widths": [4], "blocks": 1}, "inputs": "\(inputs)",
                "targets": "\(targets)", "validation": ["\(targets)"], "validationInputs": "\(inputs)"}
                """)
        configuration.objective.goal = goal
        let network = try InitialWeights.network(of: configuration.architecture, seed: 1)
        let subjects = try Validator(configuration, network: network, workers: 1, memoryLimit: .max).subjects
        var sum = 0.0
        for c in 0..<3 {
            for y in 0..<16 {
                for x in 0..<16 {
                    let untreated = goal == .damageMask ? 0 : input(c, y, x)
                    sum += pow(Double(mark(c, y, x) - untreated) / 255, 2)
                }
            }
        }
        #expect(subjects.count == 1)
        #expect(abs(subjects[0].before - -10 * log10(sum / (3 * 16 * 16))) < 1e-4)
    }
}
