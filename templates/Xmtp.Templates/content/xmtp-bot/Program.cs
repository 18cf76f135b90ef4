using Xmtp.Bots;

var bot = XmtpBot.CreateBuilder(args).Build();

bot.Command("/hello [name…]", "Says hello.", context =>
    context.ReplyAsync($"Hello {(context.TryGet<string>("name", out var name) ? name : context.Sender.ToString())}!"));

bot.OnText((context, text) => context.ReplyAsync($"You said: {text}"));

await bot.RunAsync();
