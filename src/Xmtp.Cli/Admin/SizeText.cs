using System.Globalization;

namespace Xmtp.Cli.Admin;

/// <summary>Bytes for people.</summary>
internal static class SizeText
{
    private static readonly string[] s_units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Three digits and a unit.</summary>
    public static string Of(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < s_units.Length - 1; unit++) value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {s_units[unit]}");
    }
}
