namespace Xmtp.Cli.Output;

/// <summary>A decision about whom the account wants to hear from.</summary>
/// <param name="Kind"><c>address</c>, <c>group</c> or <c>inbox</c>.</param>
/// <param name="Value">The address, or the id of the group or inbox.</param>
/// <param name="State"><c>allowed</c>, <c>denied</c> or <c>unknown</c>.</param>
public sealed record ConsentOutput(string Kind, string Value, string State);
