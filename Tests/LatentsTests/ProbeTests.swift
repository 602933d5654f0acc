import Foundation
import Latents
import Tensors
import Testing
import Workers

@Suite struct ProbeTests {
    @Test func regressionIsThatOfScikitLearn() throws {
        let digits = try Digits()
        let known = Array(digits.classes[..<300])
        let found = LogisticRegression(
            digits.rows(0..<300), dimension: Digits.dimension, classes: known, classCount: 10, tolerance: 1e-9,
            mostIterations: 5000, loop: .threads(2))
        let coefficients = try digits.values("coefficients")
        for index in 0..<10 {
            for (place, weight) in found.weights(ofClass: index).enumerated() {
                #expect(abs(weight - Double(coefficients[index * 64 + place])) < 1e-4, "\(index), \(place)")
            }
        }
        // Biases may move together.
        let expected = try digits.values("biases").map(Double.init)
        let (mean, expectedMean) = (found.biases.reduce(0, +) / 10, expected.reduce(0, +) / 10)
        for (bias, other) in zip(found.biases, expected) { #expect(abs(bias - mean - (other - expectedMean)) < 1e-4) }
        let chances = found.chances(of: digits.rows(300..<500))
        #expect(zip(chances, try digits.values("chances")).allSatisfy { abs($0 - Double($1)) < 1e-4 })
        let right = zip(found.classes(of: digits.rows(300..<500)), digits.classes[300...]).count { $0 == $1 }
        #expect(Double(right) / 200 == (try digits.figure("logistic")))
    }

    /// The derivative is zero where the loss is least: moved a little, any weight makes it larger.
    @Test func sameForAnyNumberOfWorkers() throws {
        let digits = try Digits()
        func fit(_ loop: ParallelLoop) -> [Double] {
            LogisticRegression(
                digits.elements, dimension: 64, classes: digits.classes, classCount: 10, mostIterations: 20, loop: loop
            ).parameters
        }
        #expect(fit(.serial) == fit(.threads(3)))
    }

    @Test func neighboursVote() throws {
        let digits = try Digits()
        let classifier = NeighbourClassifier(
            digits.rows(0..<300), dimension: 64, classes: Array(digits.classes[..<300]))
        let found = classifier.classes(of: digits.rows(300..<500), loop: .threads(2))
        let right = zip(found, digits.classes[300...]).count { $0 == $1 }
        // Ties are broken in another way there.
        #expect(abs(Double(right) / 200 - (try digits.figure("neighbours"))) < 0.011)
        let tie = NeighbourClassifier([0, 1, 2, 3], dimension: 1, classes: [4, 2, 2, 4], neighbours: 4)
        #expect(tie.classes(of: [-1, 1.9]) == [4, 2])
    }

    @Test func foldsHaveAllClasses() throws {
        let classes = (0..<103).map { $0 % 7 == 0 ? 2 : $0 % 2 }
        let folds = try StratifiedFolds(classes: classes, count: 4, seed: 3)
        #expect(try StratifiedFolds(classes: classes, count: 4, seed: 3) == folds)
        #expect(try StratifiedFolds(classes: classes, count: 4, seed: 4) != folds)
        var seen: Set<Int> = []
        for fold in 0..<4 {
            let (training, test) = folds.rows(of: fold)
            #expect(training.count + test.count == 103 && Set(training).isDisjoint(with: test))
            seen.formUnion(test)
            #expect((25...26).contains(test.count))
            for index in 0..<3 {
                let (all, here) = (classes.count { $0 == index }, test.count { classes[$0] == index })
                #expect(here == all / 4 || here == all / 4 + 1)
            }
        }
        #expect(seen.count == 103)
        #expect(throws: LatentError.self) { try StratifiedFolds(classes: [0, 0, 1], count: 2) }
        #expect(throws: LatentError.self) { try StratifiedFolds(classes: [0, 0], count: 1) }
    }

    @Test func digitsAreTold() throws {
        let table = try Digits().table()
        let probe = try Probe(table, loop: .threads(2))
        #expect(probe.logistic.folds.count == 5 && probe.classNames.count == 10 && probe.rowCount == 500)
        #expect(probe.logistic.mean > 0.9 && probe.neighbours.mean > 0.93, "\(probe)")
        #expect(probe.logistic.deviation < 0.05 && probe.baseline < 0.12)
        #expect(try Probe(table) == probe)
        var settings = Probe.Settings()
        settings.folds = 200
        #expect(throws: LatentError.self) { try Probe(table, settings: settings) }
        #expect(throws: LatentError.self) { try Probe(table.labelled(Array(repeating: "", count: 500))) }
        #expect(throws: LatentError.self) { try Probe(table.labelled(Array(repeating: "a", count: 500))) }
        // Labels that say nothing are not told.
        var random = RandomStream(seed: 1)
        let noise = try table.labelled((0..<500).map { _ in "\(random.integer(below: 2))" })
        #expect(abs(try Probe(noise).logistic.mean - 0.5) < 0.1)
    }

    /// With few labels the same rows are known whatever the vectors are, as many of each class, and no row that is known is
    /// asked for.
    @Test func fewLabelsAreDrawn() throws {
        let labels = try ClassLabels((0..<40).map { $0 % 4 == 3 ? "" : $0 % 4 == 0 ? "b" : "a" })
        let drawn = try labels.thinned(perClass: 3, seed: 5)
        #expect(drawn.names == ["a", "b"])
        #expect(try labels.thinned(perClass: 3, seed: 5) == drawn)
        #expect(try labels.thinned(perClass: 3, seed: 6) != drawn)
        for index in 0..<2 { #expect(drawn.classes.count { $0 == index } == 3) }
        #expect(zip(drawn.classes, labels.classes).allSatisfy { $0 == nil || $0 == $1 })
        #expect(throws: LatentError.self) { try labels.thinned(perClass: 11, seed: 1) }
        #expect(throws: LatentError.self) { try labels.thinned(perClass: 0, seed: 1) }

        let table = try Digits().table()
        var settings = Probe.Settings()
        (settings.labelsPerClass, settings.folds, settings.seed) = (10, 3, 7)
        let few = try Probe(table, settings: settings)
        #expect(few.logistic.folds.count == 3 && Set(few.logistic.folds).count > 1)
        #expect((0.75..<0.95).contains(few.logistic.mean) && (0.75..<0.95).contains(few.neighbours.mean), "\(few)")
        // The second draw is the first one of the next seed.
        (settings.folds, settings.seed) = (1, 8)
        #expect(try Probe(table, settings: settings).logistic.folds == [few.logistic.folds[1]])
        // 490 are asked for: a share of them.
        settings.labelsPerClass = 1
        let share = try Probe(table, settings: settings).neighbours.folds[0] * 490
        #expect(abs(share - share.rounded()) < 1e-9)
        settings.labelsPerClass = 60
        #expect(throws: LatentError.self) { try Probe(table, settings: settings) }
    }
}
