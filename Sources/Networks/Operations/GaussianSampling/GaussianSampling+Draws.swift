import Foundation
import Kernels
import Tensors

// Elements are taken one by one: latents are small beside the convolutions.
extension BlockedView {
    /// The address of element (channel, row, column).
    func element(_ channel: Int, _ row: Int, _ column: Int) -> UnsafeMutablePointer<Float> {
        pixel(block: channel / Self.block, row: row, column: column) + channel % Self.block
    }

    /// Returns standard normal numbers for this view's elements, channel after channel, each row after row.
    private func normals(_ random: RandomStream) -> [Float] {
        var random = random
        return [Float](unsafeUninitializedCapacity: channels * height * width) { numbers, count in
            count = channels * height * width
            if let base = numbers.baseAddress { random.fillNormal(base, count: count) }
        }
    }

    /// Sets this view of L channels to m + exp(v / 2) e: m and v are the first and the last L channels of `input`, e is
    /// sampled from the standard normal distribution.
    func setSample(of input: BlockedView, random: RandomStream) {
        precondition(input.channels == 2 * channels)
        setFirstChannels(input)
        let normals = normals(random)
        var index = 0
        for channel in 0..<channels {
            for row in 0..<height {
                for column in 0..<width {
                    let deviation = exp(input.element(channels + channel, row, column).pointee / 2)
                    element(channel, row, column).pointee += deviation * normals[index]
                    index += 1
                }
            }
        }
    }

    /// Sets this view to the gradient of the input of `setSample`.
    func setSampleGradient(input: BlockedView, outputGradient: BlockedView, random: RandomStream) {
        let latents = outputGradient.channels
        precondition(hasShape(of: input) && channels == 2 * latents)
        let normals = outputGradient.normals(random)
        for block in 0..<blocks {
            for row in 0..<height {
                pixel(block: block, row: row, column: 0).update(repeating: 0, count: width * Self.block)
            }
        }
        var index = 0
        for channel in 0..<latents {
            for row in 0..<height {
                for column in 0..<width {
                    let gradient = outputGradient.element(channel, row, column).pointee
                    let deviation = exp(input.element(latents + channel, row, column).pointee / 2)
                    element(channel, row, column).pointee = gradient
                    element(latents + channel, row, column).pointee = gradient * normals[index] * deviation / 2
                    index += 1
                }
            }
        }
    }
}
