namespace Xmtp.Architecture.Tests;

/// <summary>One place that breaks a rule.</summary>
/// <param name="Subject">What an exemption names: a file or a member.</param>
/// <param name="Text">What is wrong with it.</param>
internal sealed record Violation(string Subject, string Text)
{
    public override string ToString() => $"{Subject}: {Text}";
}
