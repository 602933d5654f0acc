/// Which of a picture's channels are colours: 1 or 3, and alpha behind them where there are 2 or 4.
public enum AlphaChannel {
    /// Whether the last of `channels` is alpha.
    public static func isLast(of channels: Int) -> Bool { channels == 2 || channels == 4 }

    /// Channels but for alpha.
    public static func colours(of channels: Int) -> Int { isLast(of: channels) ? channels - 1 : channels }
}
