import Corruptions
import Tensors

func noisy(_ clean: PlanarImage) throws -> PlanarImage {
    var random = RandomState(seed: 0)
    let corruption = try Corruption.parse("blur:0.7+gaussian:25")[0]
    return try corruption.applied(to: clean, random: &random)
}
