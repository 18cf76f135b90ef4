using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Xmtp.Cli.Nodes;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Inspection;

/// <summary>What people write for a log: the beginning of its hash, or the beginning of its node's id, its shard and the beginning of its incarnation.</summary>
internal sealed class LogReference
{
    /// <summary>What can be written.</summary>
    public const string Forms = "the beginning of a log's hash, or node/shard/incarnation as `xmtp node inspect log` prints it";

    private const char Separator = '/';
    private const int HashDigits = 64;
    private const int IncarnationDigits = 16;
    private const int NamedMax = 4;

    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    private readonly string _text;
    private readonly Func<HeldLogState, bool> _matches;

    private LogReference(string text, Func<HeldLogState, bool> matches) => (_text, _matches) = (text, matches);

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LogReference? reference)
    {
        var parts = text.ToLowerInvariant().Split(Separator);
        reference = parts switch
        {
            [var hash] when IsHex(hash, HashDigits) => new LogReference(text, log => log.Log.ToString().StartsWith(hash, StringComparison.Ordinal)),
            [var node, var shard, var incarnation] when IsHex(node, HashDigits) && IsHex(incarnation, IncarnationDigits) && uint.TryParse(shard, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new LogReference(text, log => log.Name.Shard == number && log.Name.Node.ToString().StartsWith(node, StringComparison.Ordinal)
                    && IncarnationOf(log).StartsWith(incarnation, StringComparison.Ordinal)),
            _ => null,
        };
        return reference is not null;
    }

    /// <summary>Reads a log and a number behind it.</summary>
    public static bool TryParseEntry(string text, [NotNullWhen(true)] out LogReference? reference, out ulong sequence)
    {
        (reference, sequence) = (null, 0);
        var slash = text.LastIndexOf(Separator);
        return slash > 0 && ulong.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && sequence > 0 && TryParse(text[..slash], out reference);
    }

    /// <summary>Finds the one log that is meant.</summary>
    /// <exception cref="InspectException">There is none, or there are several.</exception>
    public HeldLogState FindIn(IEnumerable<HeldLogState> logs)
    {
        var found = logs.Where(_matches).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new InspectException(ErrorCatalogue.NotFound, $"The node holds no log '{_text}'.", "`xmtp node inspect log` lists those that it holds."),
            _ => throw new InspectException(
                ErrorCatalogue.OptionsInvalid, $"'{_text}' can be {found.Count} logs: {string.Join(", ", found.Take(NamedMax).Select(static log => log.Log.ToString()[..12]))}{(found.Count > NamedMax ? ", …" : "")}",
                "Write more of it."),
        };
    }

    /// <summary>A log's incarnation as it is printed.</summary>
    public static string IncarnationOf(HeldLogState log) => log.Name.Incarnation.ToString("x16", CultureInfo.InvariantCulture);

    private static bool IsHex(string text, int lengthMax) => text.Length > 0 && text.Length <= lengthMax && !text.AsSpan().ContainsAnyExcept(s_hex);
}
