using Xmtp.Benchmarks.Inbox;

// The side of the inbox benchmark that starts from the local store, compiled ahead of time as a program on a phone or in a terminal is.
return await StoredInbox.RestartAsync(CancellationToken.None);
