import Batches
import SystemPackage

func restore(folder input: FilePath, to output: FilePath) throws {
    let method = try RestorationMethod()  // auto, with the models of ModelLibrary.standard()
    let plan = try BatchPlan(BatchRequest(inputs: [input], output: output))
    let result = try BatchRun(
        plan, model: method.batchModel(plan.request.settings.restoration, memoryLimit: 1 << 30),
        resources: .init(workers: 4, pictureBytes: 1 << 29, software: "My program")
    ).run()
    print(result.records.count)
}
