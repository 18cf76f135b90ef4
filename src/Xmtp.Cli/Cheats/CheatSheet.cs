namespace Xmtp.Cli.Cheats;

/// <summary>Commands that belong together.</summary>
/// <param name="Topic">Its name on the command line.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Lines">The commands.</param>
internal sealed record CheatSheet(string Topic, string Title, IReadOnlyList<CheatLine> Lines);
