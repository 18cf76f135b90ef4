using System.Globalization;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Admin;

/// <summary>Tells on standard error how far something long has come, at most once a second.</summary>
/// <param name="console">Where to.</param>
/// <param name="what">What is done.</param>
/// <param name="time">The clock.</param>
internal sealed class TransferProgress(CliConsole console, string what, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private long _told = time.GetTimestamp();

    /// <summary>Bytes so far, of so many.</summary>
    public void Bytes(long done, long total) => Tell($"{SizeText.Of(done)} of {SizeText.Of(total)}");

    /// <summary>Bytes so far.</summary>
    public void Bytes(long done) => Tell(SizeText.Of(done));

    /// <summary>Envelopes so far.</summary>
    public void Envelopes(long done) => Tell(string.Create(CultureInfo.InvariantCulture, $"{done} envelopes"));

    private void Tell(string text)
    {
        if (time.GetElapsedTime(_told) < s_interval) return;
        _told = time.GetTimestamp();
        console.Progress($"{what}: {text}");
    }
}
