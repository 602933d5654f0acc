import Workers

func measureBands(
    _ loop: ParallelLoop, bandCount: Int, measure: @escaping @Sendable (_ band: Int, _ worker: Int) -> Void
) {
    loop.forEach(bandCount) { worker, band in
        measure(band, worker)
    }
}
