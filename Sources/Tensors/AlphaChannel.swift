/// The division of a picture's channels into colours and alpha: 1 or 3 colours, and alpha behind them where there are 2
/// or 4 channels.
public enum AlphaChannel {
    /// Returns true where the last of `channels` is alpha.
    public static func isLast(of channels: Int) -> Bool { channels == 2 || channels == 4 }

    /// Returns the number of channels without alpha.
    public static func colours(of channels: Int) -> Int { isLast(of: channels) ? channels - 1 : channels }
}
