using Xmtp.Bots;

var builder = XmtpBot.CreateBuilder(args);

// A wallet of its own, made when the bot runs for the first time; a real bot gets its key from where secrets are kept.
builder.Account.Configure(options =>
{
    options.PrivateKeyFile ??= "echo-bot.key";
    options.CreatePrivateKeyFile = true;
});

var bot = builder.Build();
bot.ExceptDenied();
bot.OnConversation(context => context.ReplyAsync("I repeat what you write. /help lists what else I can do."));
bot.OnText((context, text) => context.ReplyAsync(text));
bot.OnReaction((context, reaction) => context.ReplyAsync(reaction.Content));
bot.Command("/shout <words…>", "Repeats it in capital letters.", context => context.ReplyAsync(context.Get<string>("words").ToUpperInvariant()));
bot.Command("/quote", "Quotes your message.", context => context.QuoteAsync("You wrote this."));
bot.Command("/like", "Reacts to your message.", context => context.ReactAsync("👍"));
await bot.RunAsync();
