namespace Xmtp.Architecture.Tests;

/// <summary>
/// The places that may break a rule, each with the reason. An exemption that nothing needs any more fails the rule too,
/// so that the lists only shrink.
/// </summary>
internal sealed class Exemptions(params (string Subject, string Reason)[] entries)
{
    public static Exemptions None { get; } = new();

    public void Check(IEnumerable<Violation> violations)
    {
        var found = violations.ToList();
        var exempt = entries.Select(entry => entry.Subject).ToHashSet(StringComparer.Ordinal);
        var broken = found.Where(violation => !exempt.Contains(violation.Subject)).Select(violation => violation.ToString());
        var stale = exempt.Except(found.Select(violation => violation.Subject)).Select(subject => $"{subject}: no longer needs its exemption; remove it");
        var lines = broken.Concat(stale).ToList();
        Assert.True(lines.Count == 0, string.Join(Environment.NewLine, lines));
        Assert.All(entries, entry => Assert.NotEmpty(entry.Reason));
    }
}
