namespace Xmtp.Cli.Output;

/// <summary>How the store stands with the network.</summary>
/// <param name="Account">Whose it is, EIP-55.</param>
/// <param name="Phase"><c>stopped</c>, <c>connecting</c>, <c>catchingup</c>, <c>live</c> or <c>offline</c>.</param>
/// <param name="Conversations">How many conversations are stored.</param>
/// <param name="Messages">How many messages.</param>
/// <param name="Unread">How many of them are unread.</param>
/// <param name="Unsent">How many wait to be sent.</param>
/// <param name="Cursor">That of the message that came last.</param>
/// <param name="Store">The file.</param>
public sealed record InboxSyncOutput(string Account, string Phase, int Conversations, long Messages, long Unread, int Unsent, string Cursor, string? Store);
