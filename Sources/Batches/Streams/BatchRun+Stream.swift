import Files
import Reports
import Workers

/// A run whose one picture goes into a stream: it keeps no ledger, and nothing of it stays.
extension BatchRun {
    /// Restores the picture of a plan that has a stream for output.
    ///
    /// - Throws: what loading the model throws.
    func runToStream(on team: WorkerTeam) throws -> BatchResult {
        let tally = RunTally(byteCounts: plan.pictures.map(\.stamp.byteCount), observe: observe)
        let process = plan.pictures.isEmpty || interruption.isRequested ? nil : try model.load()
        observe(.began(toDo: plan.pictures.count, total: plan.pictures.count))
        for warning in plan.warnings { tally.warn(warning) }
        for record in plan.settled { tally.settle(record) }
        removeAbandoned(for: plan.pictures)
        let work = try pictureRun(by: process, ledger: nil, workers: team.workerCount)
        team.forEach(plan.pictures.count) { worker, index in
            if interruption.isRequested { return }
            let outcome = work.run(
                plan.pictures[index], on: worker, begin: { tally.begin(index, pixels: $0) },
                progress: { tally.advance(index, pixels: $0) }, warn: { tally.warn($0) })
            if let outcome { tally.finish(index, outcome.record, isOutputSide: outcome.isOutputSide) }
        }
        return result(tally)
    }
}
